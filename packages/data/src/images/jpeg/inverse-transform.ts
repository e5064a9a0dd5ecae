/** Blocks of samples from coefficients. @module */

/** The constants of the fast transform of Loeffler, Ligtenberg and Moschytz as 13-bit integers. */
const fixed = (value: number): number => Math.round(value * 8192)
const c03 = fixed(0.390180644)
const c05 = fixed(0.5411961)
const c08 = fixed(0.899976223)
const c11 = fixed(1.175875602)
const c19 = fixed(1.96157056)
const c25 = fixed(2.562915447)

// √2 · cos(kπ/16) as sums of those: libjpeg's integers are the same sums, so the samples agree to the last bit.
const e2 = c05 + fixed(0.765366865)
const e6 = c05 - fixed(1.847759065)
const w11 = c11 - c08 - c03 + fixed(1.50132111)
const w15 = c11 - c03
const w17 = c11 - c08
const w33 = c11 - c25 - c19 + fixed(3.072711026)
const w35 = c11 - c25
const w37 = c11 - c19
const w55 = c11 - c25 - c03 + fixed(2.053119869)
const w77 = c11 - c08 - c19 + fixed(0.298631336)

const columns = new Int32Array(64)

/**
 * Writes the 8 × 8 samples of a block, 0 … 255, into an image whose rows are `stride` long.
 *
 * @param coefficients 64 from `from` on, row by row; `steps` are their steps of quantization.
 * @see Practical fast 1-D DCT algorithms with 11 multiplications (Loeffler et al., 1989) https://doi.org/10.1109/ICASSP.1989.266596
 */
export function inverseTransform(
  coefficients: Int16Array,
  from: number,
  steps: Uint16Array,
  out: Uint8ClampedArray,
  to: number,
  stride: number,
): void {
  if (isFlat(coefficients, from)) {
    const value = 128 + (((coefficients[from] as number) * (steps[0] as number) + 4) >> 3)
    for (let y = 0; y < 8; y++) out.fill(value, to + y * stride, to + y * stride + 8)
    return
  }
  for (let i = 0; i < 64; i++) columns[i] = (coefficients[from + i] as number) * (steps[i] as number)
  // Columns keep two bits more than samples have; rows drop those, the constants' 13, and the transform's scale of 8.
  for (let x = 0; x < 8; x++) transform(x, 8, 11)
  for (let y = 0; y < 8; y++) {
    transform(8 * y, 1, 18)
    for (let x = 0; x < 8; x++) out[to + y * stride + x] = 128 + (columns[8 * y + x] as number)
  }
}

function isFlat(coefficients: Int16Array, from: number): boolean {
  for (let i = from + 1; i < from + 64; i++) if (coefficients[i] !== 0) return false
  return true
}

/** Transforms eight numbers in place, `step` apart, and drops `bits` bits, rounding. */
function transform(from: number, step: number, bits: number): void {
  const x0 = columns[from] as number
  const x1 = columns[from + step] as number
  const x2 = columns[from + 2 * step] as number
  const x3 = columns[from + 3 * step] as number
  const x4 = columns[from + 4 * step] as number
  const x5 = columns[from + 5 * step] as number
  const x6 = columns[from + 6 * step] as number
  const x7 = columns[from + 7 * step] as number
  const half = 2 ** (bits - 1)
  const sum = (x0 + x4) * 8192 + half
  const difference = (x0 - x4) * 8192 + half
  const inner = x2 * c05 + x6 * e6
  const outer = x2 * e2 + x6 * c05
  const odd0 = x1 * w11 + x3 * c11 + x5 * w15 + x7 * w17
  const odd1 = x1 * c11 + x3 * w33 + x5 * w35 + x7 * w37
  const odd2 = x1 * w15 + x3 * w35 + x5 * w55 + x7 * c11
  const odd3 = x1 * w17 + x3 * w37 + x5 * c11 + x7 * w77
  columns[from] = (sum + outer + odd0) >> bits
  columns[from + step] = (difference + inner + odd1) >> bits
  columns[from + 2 * step] = (difference - inner + odd2) >> bits
  columns[from + 3 * step] = (sum - outer + odd3) >> bits
  columns[from + 4 * step] = (sum - outer - odd3) >> bits
  columns[from + 5 * step] = (difference - inner - odd2) >> bits
  columns[from + 6 * step] = (difference + inner - odd1) >> bits
  columns[from + 7 * step] = (sum + outer - odd0) >> bits
}
