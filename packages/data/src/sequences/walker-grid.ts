/** A walker on a grid: a game's next position. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import { canvasFor } from './canvas.ts'
import { type Chain, type Outcome, type Step, stepFrom } from './chain.ts'
import type { World } from './world.ts'
import { worldOf } from './world-of.ts'

/** How probable each move is; they add up to 1. */
export interface WalkerOdds {
  readonly stay: number
  readonly up: number
  readonly down: number
  readonly left: number
  readonly right: number
}

/** Options of {@link walkerGrid}. */
export interface WalkerGridOptions {
  /** Places along each side. @default 8 */
  cells?: number
  /** Pixels along each side of a place. @default 2 */
  scale?: number
  /** @default { stay: 0.1, up: 0.1, down: 0.2, left: 0.2, right: 0.4 } */
  odds?: WalkerOdds
}

const where = 'data.walkerGrid'

const moves: Readonly<Record<keyof WalkerOdds, Step>> = {
  stay: { down: 0, right: 0 },
  up: { down: -1, right: 0 },
  down: { down: 1, right: 0 },
  left: { down: 0, right: -1 },
  right: { down: 0, right: 1 },
}
const names = Object.keys(moves) as (keyof WalkerOdds)[]

/**
 * A walker on a grid, a white square on black: where it will be next follows from where it is, at known odds. A move across
 * the border is none, and its odds are added to those of staying; so states at the border have odds of their own.
 *
 * A state is the place, as is a frame: number `row · cells + column`. A question is one frame.
 *
 * @throws GenError `value` or `range` for sizes or odds that are none, `value` for odds that do not add up to 1.
 * @example
 * const world = walkerGrid({ cells: 3 })
 * world.next(4).map(({ frame }) => frame) // [4, 1, 7, 3, 5]
 * const { x, labels, condition } = world.batches({ size: 16, key: key(0) }).at(0)
 */
export function walkerGrid({
  cells = 8,
  scale = 2,
  odds = { stay: 0.1, up: 0.1, down: 0.2, left: 0.2, right: 0.4 },
}: WalkerGridOptions = {}): World {
  assertInteger(where, 'cells', cells, { min: 2, max: 1024 })
  assertInteger(where, 'scale', scale, { min: 1, max: 1024 })
  assertOdds(odds)
  const square = { side: scale, values: Array<number>(scale * scale).fill(1) }
  return worldOf({
    where,
    chain: walk(cells, odds),
    canvas: canvasFor(cells, scale, scale),
    things: 1,
    sprites: (things) => things.map(() => square),
  })
}

function walk(cells: number, odds: WalkerOdds): Chain {
  return {
    states: cells * cells,
    past: (place) => [place],
    next: (place) => {
      const byPlace = new Map<number, number>()
      for (const name of names) {
        const to = stepFrom(place, moves[name], cells) ?? place
        byPlace.set(to, (byPlace.get(to) ?? 0) + odds[name])
      }
      return [...byPlace].flatMap(([to, probability]): Outcome[] =>
        probability > 0 ? [{ state: to, frame: to, probability }] : [],
      )
    },
  }
}

function assertOdds(odds: WalkerOdds): void {
  for (const name of names) assertNumber(where, `odds.${name}`, odds[name], { min: 0, max: 1 })
  const total = names.reduce((sum, name) => sum + odds[name], 0)
  if (Math.abs(total - 1) < 1e-9) return
  throw refusal('value', where, { expected: 'odds that add up to 1', got: total, remedy: 'divide them by their sum' })
}
