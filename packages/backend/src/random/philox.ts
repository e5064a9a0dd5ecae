/** The Philox 4x32-10 block function. @module */

const multiplier0High = 0xd251
const multiplier0Low = 0x1f53
const multiplier0 = 0xd2511f53
const multiplier1High = 0xcd9e
const multiplier1Low = 0x8d57
const multiplier1 = 0xcd9e8d57
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

/**
 * Writes the four 32-bit words of the block with counter `[c0, c1, c2, c3]` under the key `[k0, k1]` to `out`.
 *
 * One round is `c ← [high(M1·c2) ⊕ c1 ⊕ k0, low(M1·c2), high(M0·c0) ⊕ c3 ⊕ k1, low(M0·c0)]`, after which the key grows
 * by the two Weyl constants; there are ten rounds.
 *
 * @see Parallel random numbers: as easy as 1, 2, 3 (Salmon et al., 2011) https://doi.org/10.1145/2063384.2063405
 */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array): void {
  for (let round = 0; round < 10; round++) {
    // The high words of the 64-bit products, from 16-bit halves: no partial sum exceeds 32 bits.
    const l0 = c0 & 0xffff
    const h0 = c0 >>> 16
    const t0 = (Math.imul(multiplier0High, l0) + (Math.imul(multiplier0Low, l0) >>> 16)) | 0
    const s0 = ((t0 & 0xffff) + Math.imul(multiplier0Low, h0)) | 0
    const high0 = (Math.imul(multiplier0High, h0) + (t0 >>> 16) + (s0 >>> 16)) | 0
    const l2 = c2 & 0xffff
    const h2 = c2 >>> 16
    const t2 = (Math.imul(multiplier1High, l2) + (Math.imul(multiplier1Low, l2) >>> 16)) | 0
    const s2 = ((t2 & 0xffff) + Math.imul(multiplier1Low, h2)) | 0
    const high2 = (Math.imul(multiplier1High, h2) + (t2 >>> 16) + (s2 >>> 16)) | 0
    const low0 = Math.imul(multiplier0, c0)
    const low2 = Math.imul(multiplier1, c2)
    c0 = high2 ^ c1 ^ k0
    c1 = low2
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
