/** Arrays of numbers by formula, the same in TypeScript and in Python (peers/pytorch/formula.py). @module */

/** An array: `mean + scale · u(seed, index)` with u uniform in [−1, 1). Plain JSON, for the peer. */
export interface Spec {
  readonly shape: readonly number[]
  readonly seed: number
  readonly mean: number
  readonly scale: number
}

/** Options of {@link spec}. */
export interface SpecOptions {
  /** @default 0 */
  mean?: number
  /** @default √3 */
  scale?: number
}

/** Makes a spec; the default has variance 1. */
export function spec(
  shape: readonly number[],
  seed: number,
  { mean = 0, scale = Math.sqrt(3) }: SpecOptions = {},
): Spec {
  return { shape, seed, mean, scale }
}

/** The numbers of a spec, row-major. */
export function valuesOf({ shape, seed, mean, scale }: Spec): Float32Array {
  const start = Math.imul(seed, 0x9e3779b9)
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => mean + scale * unit((start + i) | 0))
}

/** Product of the sizes. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}

/** A few elements of an output, spread by a prime stride; the same ones in every engine. */
export function sampleOf(values: ArrayLike<number>): number[] {
  const count = Math.min(values.length, 64)
  return Array.from({ length: count }, (_, i) => values[(i * 104_729) % values.length]!)
}

/** A 32-bit integer hash (Wellons' lowbias32), its upper 24 bits as a number in [−1, 1). */
function unit(index: number): number {
  let x = index
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  x ^= x >>> 16
  return (x >>> 8) / 2 ** 23 - 1
}
