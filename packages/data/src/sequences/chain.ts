/** How a thing moves: states, and where each leads. @module */

/** One way on. */
export interface Outcome {
  /** The state that follows. */
  readonly state: number
  /** The number of the frame that shows it. */
  readonly frame: number
  readonly probability: number
}

/** A thing that moves over the places of a grid; what comes next depends on its state alone. */
export interface Chain {
  /** How many states there are. */
  readonly states: number
  /** Frames that a state is known by, oldest first: places, row by row. */
  past(state: number): readonly number[]
  /** All ways on; the probabilities add up to 1, and no frame comes twice. */
  next(state: number): readonly Outcome[]
}

/** A step on the grid. */
export interface Step {
  readonly down: number
  readonly right: number
}

/** The place a step away, on a grid of `cells` × `cells`; undefined beyond its border. */
export function stepFrom(place: number, { down, right }: Step, cells: number): number | undefined {
  const [row, column] = [Math.floor(place / cells) + down, (place % cells) + right]
  const inside = row >= 0 && column >= 0 && row < cells && column < cells
  return inside ? row * cells + column : undefined
}
