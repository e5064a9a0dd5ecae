/** The spline of one number in float64, forward and backward: what runs where a backend's memory is the host's. @module */

/** What decides a spline besides its parameters. */
export interface SplineShape {
  bins: number
  bound: number
  slope: number
}

/** The bin of one number, and all that its formula needs. */
interface Bin {
  index: number
  x0: number
  width: number
  y0: number
  height: number
  d0: number
  d1: number
}

/** Memory of one spline, used again for each number. */
export interface SplineScratch {
  /** Bin sizes as fractions of 2·bound: K widths, K heights. */
  readonly fractions: Float64Array
  readonly bin: Bin
}

/** Makes the memory that the functions below work in. */
export function splineScratch(bins: number): SplineScratch {
  const bin = { index: 0, x0: 0, width: 0, y0: 0, height: 0, d0: 0, d1: 0 }
  return { fractions: new Float64Array(2 * bins), bin }
}

/**
 * Finds the bin of a number.
 *
 * @param theta - Parameters of all numbers; those of this one begin at `at`.
 * @returns False where the number lies outside of [-bound, bound].
 */
export function findBin(
  value: number,
  inverse: boolean,
  theta: ArrayLike<number>,
  at: number,
  { bins, bound, slope }: SplineShape,
  { fractions, bin }: SplineScratch,
): boolean {
  if (!(value >= -bound && value <= bound)) return false
  const half = Math.log(slope) / 2
  softmax(theta, at, bins, half, fractions, 0)
  softmax(theta, at + bins, bins, half, fractions, bins)
  const along = inverse ? bins : 0
  let index = 0
  let end = 2 * bound * fractions[along]! - bound
  while (index < bins - 1 && value >= end) end += 2 * bound * fractions[along + ++index]!
  bin.index = index
  bin.x0 = bin.y0 = -bound
  for (let i = 0; i < index; i++) {
    bin.x0 += 2 * bound * fractions[i]!
    bin.y0 += 2 * bound * fractions[bins + i]!
  }
  bin.width = 2 * bound * fractions[index]!
  bin.height = 2 * bound * fractions[bins + index]!
  const inner = at + 2 * bins - 1
  bin.d0 = index === 0 ? 1 : Math.exp(bounded(theta[inner + index]!, 2 * half))
  bin.d1 = index === bins - 1 ? 1 : Math.exp(bounded(theta[inner + index + 1]!, 2 * half))
  return true
}

/** Where in its bin x lies: ξ in [0, 1]. */
export function placeOfX(x: number, { x0, width }: Bin): number {
  return Math.min(1, Math.max(0, (x - x0) / width))
}

/** Where in its bin the x with this y lies: the root of a quadratic equation. */
export function placeOfY(y: number, { y0, width, height, d0, d1 }: Bin): number {
  const s = height / width
  const eta = Math.min(1, Math.max(0, (y - y0) / height))
  const curve = eta * (d0 + d1 - 2 * s)
  const b = d0 - curve
  const root = Math.sqrt(Math.max(0, b * b + 4 * (s - d0 + curve) * s * eta))
  return Math.min(1, Math.max(0, (2 * s * eta) / (b + root)))
}

/** y at ξ. */
export function valueAt(xi: number, { width, y0, height, d0, d1 }: Bin): number {
  const s = height / width
  const bump = xi * (1 - xi)
  return y0 + (height * (s * xi * xi + d0 * bump)) / (s + (d0 + d1 - 2 * s) * bump)
}

/** log dy/dx at ξ. */
export function logSlopeAt(xi: number, { width, height, d0, d1 }: Bin): number {
  const s = height / width
  const rest = 1 - xi
  const denominator = s + (d0 + d1 - 2 * s) * xi * rest
  return Math.log((s * s * (d1 * xi * xi + 2 * s * xi * rest + d0 * rest * rest)) / (denominator * denominator))
}

/** Adjoints of a bin's numbers and of x. */
export type BinGradient = Omit<Bin, 'index'> & { x: number }

/** The gradient of `gy·y + gl·log(dy/dx)` with respect to x and to the numbers of its bin, at ξ. */
export function binGradient(xi: number, { width, height, d0, d1 }: Bin, gy: number, gl: number): BinGradient {
  const s = height / width
  const rest = 1 - xi
  const bump = xi * rest
  const excess = d0 + d1 - 2 * s
  const denominator = s + excess * bump
  const numerator = s * xi * xi + d0 * bump
  const slopes = d1 * xi * xi + 2 * s * bump + d0 * rest * rest
  const ratio = numerator / denominator
  const gNumerator = (gy * height) / denominator
  const gDenominator = -(gNumerator * ratio) - (2 * gl) / denominator
  const gSlopes = gl / slopes
  const gExcess = gDenominator * bump
  const gBump = gNumerator * d0 + gDenominator * excess + 2 * gSlopes * s
  const gs = gNumerator * xi * xi + gDenominator - 2 * gExcess + 2 * gSlopes * bump + (2 * gl) / s
  const gXi = 2 * gNumerator * s * xi + 2 * gSlopes * (d1 * xi - d0 * rest) + gBump * (rest - xi)
  return {
    x: gXi / width,
    x0: -gXi / width,
    width: -(gs * s + gXi * xi) / width,
    y0: gy,
    height: gy * ratio + gs / width,
    d0: gNumerator * bump + gExcess + gSlopes * rest * rest,
    d1: gExcess + gSlopes * xi * xi,
  }
}

/** Writes the gradient with respect to the parameters of a number, from that of its bin. */
export function thetaGradient(
  gradient: BinGradient,
  theta: ArrayLike<number>,
  at: number,
  { bins, bound, slope }: SplineShape,
  { fractions, bin }: SplineScratch,
  out: Float32Array,
): void {
  const half = Math.log(slope) / 2
  const { index } = bin
  softmaxGradient(gradient.x0, gradient.width, index, theta, at, bins, bound, half, fractions, 0, out)
  softmaxGradient(gradient.y0, gradient.height, index, theta, at + bins, bins, bound, half, fractions, bins, out)
  const inner = at + 2 * bins - 1
  if (index > 0) out[inner + index] = gradient.d0 * bin.d0 * boundedSlope(theta[inner + index]!, 2 * half)
  if (index < bins - 1) {
    out[inner + index + 1] = gradient.d1 * bin.d1 * boundedSlope(theta[inner + index + 1]!, 2 * half)
  }
}

function bounded(a: number, limit: number): number {
  return a / (1 + Math.abs(a / limit))
}

function boundedSlope(a: number, limit: number): number {
  return (1 + Math.abs(a / limit)) ** -2
}

function softmax(
  theta: ArrayLike<number>,
  at: number,
  bins: number,
  limit: number,
  out: Float64Array,
  to: number,
): void {
  // The limit bounds the exponents, so none can overflow.
  let total = 0
  for (let i = 0; i < bins; i++) total += out[to + i] = Math.exp(bounded(theta[at + i]!, limit))
  for (let i = 0; i < bins; i++) out[to + i]! /= total
}

/** A bin's beginning is the sum of the sizes before it. */
function softmaxGradient(
  gBegin: number,
  gSize: number,
  index: number,
  theta: ArrayLike<number>,
  at: number,
  bins: number,
  bound: number,
  limit: number,
  fractions: Float64Array,
  from: number,
  out: Float32Array,
): void {
  const toFraction = (i: number) => (i < index ? gBegin : i === index ? gSize : 0)
  let mean = 0
  for (let i = 0; i <= index; i++) mean += fractions[from + i]! * toFraction(i)
  for (let i = 0; i < bins; i++) {
    const raw = 2 * bound * fractions[from + i]! * (toFraction(i) - mean)
    out[at + i] = raw * boundedSlope(theta[at + i]!, limit)
  }
}
