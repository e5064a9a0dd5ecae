/** A ball that turns left or right at walls. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import { bounce } from './bounce.ts'
import { canvasFor, type Sprite } from './canvas.ts'
import type { World } from './world.ts'
import { worldOf } from './world-of.ts'

/** Options of {@link bouncingBall}. */
export interface BouncingBallOptions {
  /** Places along each side. @default 8 */
  cells?: number
  /** The ball's diameter in pixels, and how far it flies from frame to frame. @default 4 */
  scale?: number
  /** Probability of a turn to the left where a wall is ahead; else it turns right. @default 0.3 */
  left?: number
}

const where = 'data.bouncingBall'

/**
 * A ball that flies straight on, and turns left or right at random where a wall is ahead: what comes next is certain in the
 * middle, and one of two at a wall, at known odds; in a corner there is one way on.
 *
 * A question is two frames, the one before and the one now, from which the heading follows. A frame is a place, number
 * `row · cells + column`.
 *
 * @throws GenError `value` or `range` for sizes or odds that are none.
 * @example
 * const world = bouncingBall({ cells: 3, left: 0.25 })
 * // It came up from the middle to the upper wall.
 * const state = Array.from({ length: world.states }, (_, i) => i).find((i) => world.past(i).join() === '4,1')
 * world.next(state).map(({ frame, probability }) => `${frame}: ${probability}`).join() // '0: 0.25,2: 0.75'
 */
export function bouncingBall({ cells = 8, scale = 4, left = 0.3 }: BouncingBallOptions = {}): World {
  assertInteger(where, 'cells', cells, { min: 2, max: 512 })
  assertInteger(where, 'scale', scale, { min: 1, max: 512 })
  assertNumber(where, 'left', left, { min: 0, max: 1 })
  const ball = disk(scale)
  return worldOf({
    where,
    chain: bounce(cells, left),
    canvas: canvasFor(cells, scale, scale),
    things: 1,
    sprites: (things) => things.map(() => ball),
  })
}

/** Parts of a pixel's side, in each direction, by which its share of the disk is counted. */
const parts = 8

/** A disk of this diameter, smooth at its edge: of each pixel the share that the disk covers. */
function disk(side: number): Sprite {
  const radius = side / 2
  const inside = (x: number, y: number) => (x - radius) ** 2 + (y - radius) ** 2 <= radius ** 2
  const values = Float32Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side]
    let covered = 0
    for (let j = 0; j < parts * parts; j++) {
      const [y, x] = [(Math.floor(j / parts) + 0.5) / parts, ((j % parts) + 0.5) / parts]
      covered += inside(column + x, row + y) ? 1 : 0
    }
    return covered / parts ** 2
  })
  return { side, values }
}
