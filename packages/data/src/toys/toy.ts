/** Toy distributions of the plane: endless samples and an exact density. @module */
import { assertInteger, assertKey, assertShape, type Key, withoutGradient } from '@gen/backend'
import type { Dataset, SyncBatches } from '@gen/model'
import {
  abs,
  add,
  isInf,
  mul,
  neg,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { pointDataset } from '../sets/point-dataset.ts'

/** Points with the part of the distribution that each was drawn from. */
export interface Draw {
  /** Coordinates, two for each point. */
  readonly points: Float32Array
  /** The mode, arm or cell of each point. */
  readonly labels: Int32Array
}

/** Lines drawn by hand: each the corners that it passes, two or more. */
export type Strokes = readonly (readonly (readonly [x: number, y: number])[])[]

/** Options of a toy's `sample` and `draw`. */
export interface ToySampleOptions {
  /** Number of the first point: shards agree with the whole when each passes its own. @default 0 */
  offset?: number
}

/** A distribution of the plane whose density is known. */
export interface Toy {
  readonly name: string
  /** Number of modes, arms or cells, which serve as classes; all are equally likely. */
  readonly classes: number
  /** All but about a millionth of the points have both coordinates in [−bound, bound]. */
  readonly bound: number
  /** The centers of the modes, when the distribution is a mixture of Gaussians. */
  readonly modes?: readonly (readonly [x: number, y: number])[]
  /** The standard deviation of each mode, when the distribution is a mixture of Gaussians. */
  readonly deviation?: number
  /** The corners of its lines, when the distribution is a drawing. */
  readonly strokes?: Strokes
  /** Draws points `[count, 2]`; point i depends only on (key, offset + i). */
  sample(count: number, key: Key, options?: ToySampleOptions): Tensor2D
  /** {@link Toy.sample} as plain arrays, with labels. */
  draw(count: number, key: Key, options?: ToySampleOptions): Draw
  /** `log p(x)` in nats, `[b]`, of points `[b, 2]`; its gradient in x is the score. −∞ at infinity, NaN at NaN. */
  logDensity(x: Tensor2D): Tensor1D
  /** Endless batches of fresh points with labels. */
  batches(options: { size: number; key: Key }): SyncBatches
  /** A dataset of `count` points with labels. */
  dataset(count: number, key: Key): Dataset
}

/** What tells one toy from another. */
export interface ToyDefinition extends Pick<Toy, 'name' | 'classes' | 'bound' | 'modes' | 'deviation' | 'strokes'> {
  draw(count: number, key: Key, offset: number): Draw
  /** Called in a tidy with points that have been checked, none of them infinite. */
  logDensity(x: Tensor2D): Tensor1D
}

/** Makes a toy from its definition. */
export function toyFrom({ draw, logDensity, ...facts }: ToyDefinition): Toy {
  const checkedDraw = (count: number, key: Key, { offset = 0 }: ToySampleOptions = {}): Draw => {
    assertInteger(`data.${facts.name}`, 'count', count, { min: 1 })
    assertInteger(`data.${facts.name}`, 'offset', offset, { min: 0 })
    return draw(count, key, offset)
  }
  return {
    ...facts,
    draw: checkedDraw,
    sample: (count, key, options) => tensor2d(checkedDraw(count, key, options).points, [count, 2]),
    logDensity: (x) => {
      assertShape(`data.${facts.name}`, 'x', x, [null, 2])
      return tidy(() => densityOf(x, logDensity))
    },
    batches: ({ size, key }) => {
      assertKey(`data.${facts.name}`, 'key', key)
      return {
        config: { toy: facts, size, key },
        at: (index) => {
          assertInteger(`data.${facts.name}`, 'index', index, { min: 0 })
          const { points, labels } = checkedDraw(size, key, { offset: index * size })
          return { x: tensor2d(points, [size, 2]), labels: tensor1d(labels, 'int32') }
        },
      }
    },
    dataset: (count, key) => pointDataset({ ...checkedDraw(count, key), classes: facts.classes }),
  }
}

function densityOf(x: Tensor2D, logDensity: (x: Tensor2D) => Tensor1D): Tensor1D {
  const infinite = withoutGradient(() => isInf(x))
  const finite = where(infinite, zerosLike(x), x)
  // −|∞| is −∞, and 0·NaN is NaN; both are 0 for all other points.
  const beyond = withoutGradient(() => sum(where(infinite, neg(abs(x)), mul(finite, 0)), 1))
  return add(logDensity(finite), beyond)
}
