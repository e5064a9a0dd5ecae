/** Random numbers as plain arrays, for data loaders and other code on the CPU. @module */
import { assertInteger } from '../errors/checks.ts'
import { assertKey } from './assert-key.ts'
import { fillRows } from './fill.ts'
import type { Key } from './key.ts'
import { mulHigh } from './mul-high.ts'

/** Options of every draw. */
export interface DrawOptions {
  /** Number of the first row: shards of one job agree with the whole when each passes its own. @default 0 */
  offset?: number
}

/** Options of {@link uniformArray} and `uniform`. */
export interface UniformOptions extends DrawOptions {
  /** Lower end, included. @default 0 */
  min?: number
  /** Upper end, excluded up to rounding. @default 1 */
  max?: number
}

/** Options of {@link randintArray} and `randint`. */
export interface RandintOptions extends DrawOptions {
  /** Smallest value. @default 0 */
  min?: number
  /** One more than the largest value. */
  max: number
}

/**
 * Draws `rows × columns` standard normal numbers, row by row: what `normal(k, [rows, columns])` holds.
 *
 * @throws GenError `value` for what is no key, `value` or `range` for sizes that are not whole numbers ≥ 0.
 * @example
 * const noise = normalArray(key(0), 10, 2)
 */
export function normalArray(k: Key, rows: number, columns: number, { offset = 0 }: DrawOptions = {}): Float32Array {
  assertDraw('backend.normalArray', k, rows, columns, offset)
  const out = new Float32Array(rows * columns)
  fillRows(k, out, rows, columns, offset, 'normal')
  return out
}

/**
 * Draws `rows × columns` uniform numbers in [min, max): what `uniform(k, [rows, columns])` holds.
 *
 * @throws GenError `value` for what is no key, `value` or `range` for sizes that are not whole numbers ≥ 0.
 * @example
 * const thresholds = uniformArray(key(0), 100, 1)
 */
export function uniformArray(
  k: Key,
  rows: number,
  columns: number,
  { offset = 0, min = 0, max = 1 }: UniformOptions = {},
): Float32Array {
  assertDraw('backend.uniformArray', k, rows, columns, offset)
  const out = new Float32Array(rows * columns)
  fillRows(k, out, rows, columns, offset, 'uniform')
  if (min === 0 && max === 1) return out
  // Rounded to float32 after each step, as the tensor operations do.
  const width = Math.fround(max - min)
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(out[i]! * width) + Math.fround(min)
  return out
}

/**
 * Draws `rows × columns` integers in [min, max): what `randint(k, [rows, columns], …)` holds.
 *
 * A value is `min + ⌊u·(max − min)/2³²⌋` for a 32-bit word u; no value's probability is off by more than 2⁻³².
 *
 * @throws GenError `value` for what is no key, `value` or `range` for bounds that are not int32 or an empty range.
 * @example
 * const indices = randintArray(key(0), 64, 1, { max: 60000 })
 */
export function randintArray(k: Key, rows: number, columns: number, options: RandintOptions): Int32Array {
  return drawIntegers('backend.randintArray', k, rows, columns, options)
}

/** {@link randintArray}, under the caller's name. */
export function drawIntegers(
  where: string,
  k: Key,
  rows: number,
  columns: number,
  { min = 0, max, offset = 0 }: RandintOptions,
): Int32Array {
  assertDraw(where, k, rows, columns, offset)
  assertInteger(where, 'min', min, { min: -(2 ** 31), max: 2 ** 31 - 1 })
  assertInteger(where, 'max', max, { min: min + 1, max: 2 ** 31 })
  const bits = new Uint32Array(rows * columns)
  fillRows(k, bits, rows, columns, offset, 'bits')
  const out = new Int32Array(bits.length)
  for (let i = 0; i < out.length; i++) out[i] = min + mulHigh(bits[i]!, max - min)
  return out
}

/** Checks the key and the sizes of a draw. */
export function assertDraw(where: string, k: Key, rows: number, columns: number, offset: number): void {
  assertKey(where, 'k', k)
  assertInteger(where, 'rows', rows, { min: 0 })
  assertInteger(where, 'columns', columns, { min: 0 })
  assertInteger(where, 'offset', offset, { min: 0 })
}
