/** Pictures of a thing at a place of a grid, and back. @module */

/** A small square picture, row by row. */
export interface Sprite {
  readonly side: number
  readonly values: ArrayLike<number>
}

/** Where things are drawn: places `step` pixels apart. */
export interface Canvas {
  readonly cells: number
  readonly step: number
  /** Height and width of a frame in pixels. */
  readonly side: number
}

/** A canvas with room for a sprite of this side at each place. */
export function canvasFor(cells: number, step: number, spriteSide: number): Canvas {
  return { cells, step, side: spriteSide + step * (cells - 1) }
}

/** Draws a sprite at a place, every `channels`-th number of `into` from `at` on. */
export function drawAt(
  { cells, step, side }: Canvas,
  { side: width, values }: Sprite,
  place: number,
  { into, at, channels }: { into: Float32Array; at: number; channels: number },
): void {
  const [top, left] = [step * Math.floor(place / cells), step * (place % cells)]
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      into[at + channels * ((top + row) * side + left + column)] = values[row * width + column]!
    }
  }
}

/** How far an image may lie from a frame to be taken for it, as a share of the distance between neighboring frames. */
const within = 1 / 3

/** Names what images show, each by the place of its sprite. */
export function namer(canvas: Canvas, sprite: Sprite): (image: ArrayLike<number>) => number | undefined {
  const { cells, side, step } = canvas
  const own = squares(sprite.values)
  const limit = within ** 2 * Math.min(apart(sprite, step, 0), apart(sprite, 0, step))
  return (image) => {
    const total = squares(image)
    let [best, place]: [number, number | undefined] = [limit, undefined]
    for (let candidate = 0; candidate < cells * cells; candidate++) {
      const start = step * (Math.floor(candidate / cells) * side + (candidate % cells))
      // ‖x − t‖² = ‖x‖² − 2⟨x, t⟩ + ‖t‖², and t is the sprite where it is and 0 elsewhere.
      const distance = total - 2 * overlap(image, side, start, sprite) + own
      if (distance < best) [best, place] = [distance, candidate]
    }
    return place
  }
}

function squares(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2
  return sum
}

function overlap(image: ArrayLike<number>, side: number, start: number, { side: width, values }: Sprite): number {
  let sum = 0
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      sum += image[start + row * side + column]! * values[row * width + column]!
    }
  }
  return sum
}

/** The squared distance of a sprite from itself moved by some pixels. */
function apart({ side, values }: Sprite, down: number, right: number): number {
  let shared = 0
  for (let row = down; row < side; row++) {
    for (let column = right; column < side; column++) {
      shared += values[row * side + column]! * values[(row - down) * side + column - right]!
    }
  }
  return 2 * (squares(values) - shared)
}
