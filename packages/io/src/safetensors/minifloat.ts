/** Floating-point formats of 16 and 8 bits, as tables of every value they have. @module */
import type { Dtype } from '../tensors/dtype.ts'

interface Format {
  readonly exponent: number
  readonly mantissa: number
  readonly bias: number
  /** What the all-ones exponent and −0 mean: IEEE infinities, one NaN at all ones ('fn'), or one NaN at −0 ('fnuz'). */
  readonly special: 'ieee' | 'fn' | 'fnuz'
}

const formats: Partial<Record<Dtype, Format>> = {
  F16: { exponent: 5, mantissa: 10, bias: 15, special: 'ieee' },
  BF16: { exponent: 8, mantissa: 7, bias: 127, special: 'ieee' },
  F8_E5M2: { exponent: 5, mantissa: 2, bias: 15, special: 'ieee' },
  F8_E4M3: { exponent: 4, mantissa: 3, bias: 7, special: 'fn' },
  F8_E5M2FNUZ: { exponent: 5, mantissa: 2, bias: 16, special: 'fnuz' },
  F8_E4M3FNUZ: { exponent: 4, mantissa: 3, bias: 8, special: 'fnuz' },
}

const tables = new Map<Dtype, Float32Array>()

/**
 * The float32 value of every bit pattern of a 16 or 8 bit float, or `undefined` for other element types. Every value is
 * exact: float32 holds all of them.
 *
 * @see FP8 Formats for Deep Learning (Micikevicius et al., 2022) https://arxiv.org/abs/2209.05433
 */
export function minifloatTable(dtype: Dtype): Float32Array | undefined {
  const known = tables.get(dtype)
  if (known) return known
  const format = formats[dtype]
  const table = format ? fill(format) : dtype === 'F8_E8M0' ? scales() : undefined
  if (table) tables.set(dtype, table)
  return table
}

function fill(format: Format): Float32Array {
  const table = new Float32Array(2 ** (1 + format.exponent + format.mantissa))
  const half = table.length / 2
  for (let pattern = 0; pattern < half; pattern++) {
    const value = magnitude(pattern, format)
    table[pattern] = value
    table[half + pattern] = -value
  }
  if (format.special === 'fnuz') table[half] = Number.NaN
  return table
}

function magnitude(pattern: number, { exponent, mantissa, bias, special }: Format): number {
  const steps = 2 ** mantissa
  const power = Math.floor(pattern / steps)
  const fraction = pattern % steps
  const top = 2 ** exponent - 1
  if (special === 'ieee' && power === top) return fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  if (special === 'fn' && power === top && fraction === steps - 1) return Number.NaN
  return power === 0 ? (fraction / steps) * 2 ** (1 - bias) : (1 + fraction / steps) * 2 ** (power - bias)
}

/** E8M0: powers of two from 2⁻¹²⁷ to 2¹²⁷, the last pattern NaN; the scales of block formats. */
function scales(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, pattern) => (pattern === 255 ? Number.NaN : 2 ** (pattern - 127)))
}
