/** Intervals of the real line: domains of bijectors. @module */
import { backendName, refusal } from '@gen/backend'
import { clipByValue, max, min, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** The numbers from `min` to `max`. */
export interface Interval {
  readonly min: number
  readonly max: number
  /** Whether finite ends belong to it. */
  readonly closed: boolean
}

/** All real numbers. */
export const real: Interval = { min: -Infinity, max: Infinity, closed: false }

/** Whether every number of `inner` is in `outer`. */
export function isWithin(inner: Interval, outer: Interval): boolean {
  const ends = outer.closed || !inner.closed
  const above = inner.min > outer.min || (inner.min === outer.min && ends)
  const below = inner.max < outer.max || (inner.max === outer.max && ends)
  return above && below
}

/** The interval as people write it: `(0, 1)`, `[-1, 1]`. */
export function showInterval({ min: low, max: high, closed }: Interval): string {
  const left = closed && Number.isFinite(low) ? '[' : '('
  const right = closed && Number.isFinite(high) ? ']' : ')'
  return `${left}${low}, ${high}${right}`
}

/**
 * Numbers that rounding put on or beyond an end of an open interval, moved to the next float32 inside: what a bijector gives,
 * its inverse takes.
 */
export function keepWithin(x: Tensor, { min: low, max: high }: Interval): Tensor {
  return clipByValue(x, nextInside(low, 1), nextInside(high, -1))
}

/** The nearest float32 to an end that lies inside, upwards from it (1) or downwards (−1); not a subnormal one. */
function nextInside(end: number, direction: 1 | -1): number {
  const rounded = Math.fround(end)
  if (!Number.isFinite(end) || (rounded - end) * direction > 0) return rounded
  if (rounded === 0) return direction * 2 ** -126
  const bits = new Int32Array(Float32Array.of(rounded).buffer)
  return new Float32Array(Int32Array.of(bits[0]! + direction * Math.sign(rounded)).buffer)[0]!
}

/**
 * Checks that all elements lie in the interval; NaN does not.
 *
 * It reads two numbers back, at once; WebGPU cannot, so there nothing is checked.
 *
 * @throws GenError `range`.
 */
export function assertWithin(where: string, name: string, x: Tensor, interval: Interval, remedy: string): void {
  if (backendName() === 'webgpu' || x.size === 0) return
  const [low, high] = tidy(() => [min(x).dataSync()[0]!, max(x).dataSync()[0]!])
  const inside = interval.closed
    ? low >= interval.min && high <= interval.max
    : low > interval.min && high < interval.max
  if (inside) return
  throw refusal('range', where, {
    expected: `${name} in ${showInterval(interval)}`,
    got: `values from ${low} to ${high}`,
    remedy,
    details: { min: low, max: high, expected: { ...interval } },
  })
}
