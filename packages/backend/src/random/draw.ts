/** Random tensors from keys: same key, same numbers, on every backend and machine. @module */
import {
  add,
  argMax,
  engine,
  mul,
  reshape,
  scalar,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { hasKernel } from '../backends/active.ts'
import { assertNumber, assertRank } from '../errors/checks.ts'
import { assertDraw, type DrawOptions, drawIntegers, type RandintOptions, type UniformOptions } from './arrays.ts'
import { assertKey } from './assert-key.ts'
import { fillRows } from './fill.ts'
import type { Key } from './key.ts'
import type { TensorOf } from './tensor-of.ts'

/** Options of {@link bernoulli}. */
export interface BernoulliOptions extends DrawOptions {
  /** Probability of a one, in [0, 1]. */
  p: number
}

/**
 * Draws standard normal numbers, float32. Row i of the first dimension depends only on (k, offset + i).
 *
 * @throws GenError `value` for what is no key, `value` or `range` for a shape or an offset of other than whole numbers ≥ 0.
 * @see Parallel random numbers: as easy as 1, 2, 3 (Salmon et al., 2011) https://doi.org/10.1145/2063384.2063405
 * @example
 * const noise = normal(key(0), [64, 32, 32, 1])
 */
export function normal<const S extends readonly number[]>(
  k: Key,
  shape: S,
  { offset = 0 }: DrawOptions = {},
): TensorOf<S> {
  return drawFloats('backend.normal', k, shape, offset, 'normal')
}

/**
 * Draws uniform numbers in [min, max), float32: 24 random bits scaled to [0, 1), times (max − min), plus min.
 *
 * @throws GenError `value` for what is no key, `value` or `range` for a shape or an offset of other than whole numbers ≥ 0.
 * @example
 * const t = uniform(key(0), [64])
 */
export function uniform<const S extends readonly number[]>(
  k: Key,
  shape: S,
  { offset = 0, min = 0, max = 1 }: UniformOptions = {},
): TensorOf<S> {
  if (min === 0 && max === 1) return drawFloats('backend.uniform', k, shape, offset, 'uniform')
  return tidy(() => {
    const unit = drawFloats('backend.uniform', k, shape, offset, 'uniform')
    return add(mul(unit, scalar(max - min)), scalar(min)) as TensorOf<S>
  })
}

/**
 * Draws integers in [min, max), int32.
 *
 * @throws GenError `value` for what is no key, `value` or `range` for bounds that are not int32 or an empty range.
 * @example
 * const labels = randint(key(0), [64], { max: 10 })
 */
export function randint<const S extends readonly number[]>(k: Key, shape: S, options: RandintOptions): TensorOf<S> {
  const [rows, columns] = rowsAndColumns(shape)
  return tensor(drawIntegers('backend.randint', k, rows, columns, options), [...shape], 'int32') as TensorOf<S>
}

/**
 * Draws ones with probability p and zeros otherwise, float32: one where the uniform number of the same key is below p.
 *
 * @throws GenError `value` for what is no key, `value` or `range` for p outside [0, 1].
 * @example
 * const dropped = bernoulli(key(0), [64, 1], { p: 0.1 })
 */
export function bernoulli<const S extends readonly number[]>(
  k: Key,
  shape: S,
  { p, offset = 0 }: BernoulliOptions,
): TensorOf<S> {
  assertNumber('backend.bernoulli', 'p', p, { min: 0, max: 1 })
  const [rows, columns] = rowsAndColumns(shape)
  assertDraw('backend.bernoulli', k, rows, columns, offset)
  const out = new Float32Array(rows * columns)
  fillRows(k, out, rows, columns, offset, 'uniform')
  for (let i = 0; i < out.length; i++) out[i] = out[i]! < p ? 1 : 0
  return tensor(out, [...shape], 'float32') as TensorOf<S>
}

/**
 * Draws one class per row with probabilities softmax(logits): the argmax of logits plus Gumbel noise. Row i depends only on
 * its logits and (k, offset + i).
 *
 * @param logits - `[batch, classes]`; need not be normalized.
 * @returns int32 `[batch]`.
 * @throws GenError `value` for what is no key, `shape` for logits of another rank, `value` or `range` for an offset.
 * @example
 * const classes = categorical(key(0), tensor2d([[0, 0, 1]]))
 */
export function categorical(k: Key, logits: Tensor2D, { offset = 0 }: DrawOptions = {}): Tensor1D {
  const where = 'backend.categorical'
  assertKey(where, 'k', k)
  assertRank(where, 'logits', logits, 2)
  const [rows, columns] = logits.shape
  assertDraw(where, k, rows, columns, offset)
  const noise = new Float32Array(rows * columns)
  fillRows(k, noise, rows, columns, offset, 'gumbel')
  return tidy(() => argMax(add(logits, tensor(noise, [rows, columns])), 1))
}

function drawFloats<S extends readonly number[]>(
  where: string,
  k: Key,
  shape: S,
  offset: number,
  distribution: 'normal' | 'uniform',
): TensorOf<S> {
  const [rows, columns] = rowsAndColumns(shape)
  assertDraw(where, k, rows, columns, offset)
  if (hasKernel('GenPhilox')) {
    return tidy(() => {
      const attributes = { hi: k.hi, lo: k.lo, offset, rows, columns, distribution }
      return reshape(engine().runKernel('GenPhilox', {}, attributes), [...shape]) as TensorOf<S>
    })
  }
  const out = new Float32Array(rows * columns)
  fillRows(k, out, rows, columns, offset, distribution)
  return tensor(out, [...shape], 'float32') as TensorOf<S>
}

function rowsAndColumns(shape: readonly number[]): [rows: number, columns: number] {
  const [rows = 1, ...rest] = shape
  return [rows, rest.reduce((product, n) => product * n, 1)]
}
