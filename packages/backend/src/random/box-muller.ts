/**
 * Two normal numbers from two 32-bit words, bitwise the same in every engine and in the AssemblyScript kernel.
 *
 * All is float64, uses only + − × ÷ √ and integer operations, in exactly the order written here, without fused
 * multiply-add; the result is rounded once to float32. `Math.log`, `Math.sin` and `Math.cos` differ between engines.
 *
 * Given words `a` and `b`, with U = (a + ½)·2⁻³² in (0, 1) and θ = 2π·b·2⁻³², the numbers are √(−2 ln U)·cos θ and
 * √(−2 ln U)·sin θ. |z| ≤ √(66 ln 2) ≈ 6.76.
 *
 * @see A note on the generation of random normal deviates (Box & Muller, 1958) https://doi.org/10.1214/aoms/1177706645
 * @module
 */

const ln2 = Math.LN2
const sqrtHalf = Math.SQRT1_2
/** 2π·2⁻³²: the angle of one step of the second word. */
const angleUnit = 1.4629180792671596e-9

/** 2^(z − 33): brings the odd number 2a + 1 to [½, 1), where z is the count of leading zero bits of a. */
const scale: Float64Array = Float64Array.from({ length: 33 }, (_, z) => 2 ** (z - 33))
/** cos and sin of q quarter turns. */
const quarterCos: Float64Array = Float64Array.of(1, 0, -1, 0)
const quarterSin: Float64Array = Float64Array.of(0, 1, 0, -1)

/**
 * −ln((a + ½)·2⁻³²) for a 32-bit word `a`, to about 1e-10 relative.
 *
 * (2a + 1) = f·2^(33 − z) with f in [√½, √2); ln f = 2·artanh s with s = (f − 1)/(f + 1), |s| < 0.172, by its series up
 * to s¹¹. Near U = 1 nothing cancels: there z = 0 and f − 1 is exact.
 */
export function negativeLog(a: number): number {
  let z = Math.clz32(a)
  let f = ((a >>> 0) * 2 + 1) * scale[z]!
  if (f < sqrtHalf) {
    f = f * 2
    z = z + 1
  }
  const s = (f - 1) / (f + 1)
  const w = s * s
  const series = 1 + w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9 + w * (1 / 11)))))
  return z * ln2 - 2 * s * series
}

/**
 * Writes one or two normal numbers to `out[index]` and, where `both`, `out[index + 1]`.
 *
 * The angle is taken to the nearest quarter turn q and a rest in [−π/4, π/4]; cosine and sine of the rest are their
 * series up to the 12th and 11th power, then turned back by q quarters.
 */
export function boxMuller(a: number, b: number, out: Float32Array, index: number, both: boolean): void {
  const radius = Math.sqrt(2 * negativeLog(a))
  const quarter = ((b + 0x20000000) >>> 30) & 3
  const rest = ((b << 2) >> 2) * angleUnit
  const w = rest * rest
  const cos = 1 - w * (1 / 2 - w * (1 / 24 - w * (1 / 720 - w * (1 / 40320 - w * (1 / 3628800 - w * (1 / 479001600))))))
  const sin = rest * (1 - w * (1 / 6 - w * (1 / 120 - w * (1 / 5040 - w * (1 / 362880 - w * (1 / 39916800))))))
  const c = quarterCos[quarter]!
  const s = quarterSin[quarter]!
  out[index] = radius * (c * cos - s * sin)
  if (both) out[index + 1] = radius * (s * cos + c * sin)
}
