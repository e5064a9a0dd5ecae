/** A checkerboard: uniform over every other cell. @module */
import { type Key, randintArray, split, uniformArray } from '@gen/backend'
import {
  all,
  equal,
  fill,
  floor,
  greaterEqual,
  less,
  logicalAnd,
  mod,
  mul,
  sum,
  type Tensor1D,
  type Tensor2D,
  where,
} from '@tensorflow/tfjs-core'
import { type Draw, type Toy, toyFrom } from './toy.ts'

const cellSide = 2
const bound = 4
/** Eight cells in four columns and four rows, two in each. */
const cells = 8
const logInside = -Math.log(cells * cellSide ** 2)
/** Keeps a point inside its cell when its coordinate is rounded to float32. */
const largestShare = 1 - 2 ** -22

/**
 * A checkerboard of 4 × 4 cells on [−4, 4]², uniform over the eight cells that touch at corners; the density is 1/32 there
 * and 0 (its logarithm −∞) elsewhere, and has no gradient.
 *
 * @see FFJORD (Grathwohl et al., 2018) https://arxiv.org/abs/1810.01367
 * @example
 * const x = checkerboard().sample(256, key(0))
 */
export function checkerboard(): Toy {
  return toyFrom({ name: 'checkerboard', classes: cells, bound, draw, logDensity })
}

function draw(count: number, key: Key, offset: number): Draw {
  const [forCell, forPlace] = split(key) as [Key, Key]
  const labels = randintArray(forCell, count, 1, { max: cells, offset })
  const places = uniformArray(forPlace, count, 2, { offset })
  const points = places.map((u, i) => {
    const label = labels[i >> 1] as number
    const column = label >> 1
    const row = 2 * (label & 1) + (column & 1)
    return -bound + cellSide * (((i & 1) === 0 ? column : row) + Math.min(u, largestShare))
  })
  return { points, labels }
}

function logDensity(x: Tensor2D): Tensor1D {
  const filled = equal(mod(sum(floor(mul(x, 1 / cellSide)), 1), 2), 0)
  const onBoard = all(logicalAnd(greaterEqual(x, -bound), less(x, bound)), 1)
  const [count] = x.shape
  return where(logicalAnd(filled, onBoard), fill([count], logInside), fill([count], Number.NEGATIVE_INFINITY))
}
