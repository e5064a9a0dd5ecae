/** Digits that move: moving MNIST, with a known next frame. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { bounce } from './bounce.ts'
import { canvasFor, type Sprite } from './canvas.ts'
import type { World } from './world.ts'
import { worldOf } from './world-of.ts'

/** Options of {@link movingDigits}. */
export interface MovingDigitsOptions {
  /** Square gray images, such as those of `mnist()`. */
  digits: Dataset
  /** Places along each side. @default 5 */
  cells?: number
  /** Pixels from place to place. @default 4 */
  step?: number
  /** Probability of a turn to the left where a wall is ahead; else it turns right. @default 0.3 */
  left?: number
}

const where = 'data.movingDigits'

/**
 * A digit that moves as the ball of `bouncingBall` does: straight on, and to the left or to the right at random where a wall is
 * ahead. Which digit it is, of all in the dataset, is the number of the thing, and stays; frames are
 * `side of a digit + step · (cells − 1)` pixels wide, 44 by default.
 *
 * The known odds make it another data set than the original, whose digits are two and leave their box at fixed angles.
 *
 * @throws GenError `shape` for other images than square gray ones, `value` or `range` for sizes or odds that are none.
 * @see Unsupervised learning of video representations using LSTMs (Srivastava et al., 2015) https://arxiv.org/abs/1502.04681
 * @example
 * const digits = imageDataset({ pixels: new Uint8Array(2 * 28 * 28).fill(200), shape: [28, 28, 1] })
 * const world = movingDigits({ digits })
 * world.shape // [44, 44, 1]
 */
export function movingDigits({ digits, cells = 5, step = 4, left = 0.3 }: MovingDigitsOptions): World {
  const [height = 0, width = 0, channels = 0] = digits.shape
  if (digits.shape.length !== 3 || height !== width || channels !== 1) {
    const got = `[${digits.shape.join(', ')}]`
    throw refusal('shape', where, { expected: 'square gray images [side, side, 1]', got, remedy: 'pass await mnist()' })
  }
  assertInteger(where, 'cells', cells, { min: 2, max: 512 })
  assertInteger(where, 'step', step, { min: 1, max: 512 })
  assertNumber(where, 'left', left, { min: 0, max: 1 })
  return worldOf({
    where,
    chain: bounce(cells, left),
    canvas: canvasFor(cells, step, height),
    things: digits.size,
    sprites: (things) => spritesOf(digits, height, things),
  })
}

function spritesOf(digits: Dataset, side: number, things: readonly number[]): Sprite[] {
  const { x, labels } = digits.take(things)
  const values = x.dataSync<'float32'>()
  for (const tensor of [x, labels]) tensor?.dispose()
  return things.map((_, i) => ({ side, values: values.subarray(i * side * side, (i + 1) * side * side) }))
}
