/** The Philox 4x32-10 block function. @module */

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

/**
 * Writes the four 32-bit words of the block with counter `[c0, c1, c2, c3]` under the key `[k0, k1]` to `out`.
 *
 * One round is `c ← [high(M₁·c2) ⊕ c1 ⊕ k0, low(M₁·c2), high(M₀·c0) ⊕ c3 ⊕ k1, low(M₀·c0)]`, after which the key grows
 * by the two Weyl constants; there are ten rounds.
 *
 * @see Parallel random numbers: as easy as 1, 2, 3 (Salmon et al., 2011) https://doi.org/10.1145/2063384.2063405
 */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array): void {
  for (let round = 0; round < 10; round++) {
    const high0 = highWord(multiplier0 >>> 16, multiplier0 & 0xffff, c0)
    const high1 = highWord(multiplier1 >>> 16, multiplier1 & 0xffff, c2)
    const low0 = Math.imul(multiplier0, c0)
    const low1 = Math.imul(multiplier1, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + weyl0) | 0
    k1 = (k1 + weyl1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/** The upper 32 bits of (high·2¹⁶ + low)·x, from 16-bit halves: no partial sum exceeds 32 bits. */
function highWord(high: number, low: number, x: number): number {
  const xLow = x & 0xffff
  const xHigh = x >>> 16
  const middle = (Math.imul(high, xLow) + (Math.imul(low, xLow) >>> 16)) | 0
  const carry = ((middle & 0xffff) + Math.imul(low, xHigh)) | 0
  return (Math.imul(high, xHigh) + (middle >>> 16) + (carry >>> 16)) | 0
}
