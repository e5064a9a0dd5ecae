/** Unbiased scaling of 32-bit words. @module */

/** ⌊u·n / 2³²⌋ for a 32-bit word `u` and 0 ≤ n ≤ 2³², exactly. */
export function mulHigh(u: number, n: number): number {
  const high = Math.floor(n / 65536)
  const low = n - high * 65536
  // u·high < 2⁴⁹ and u·low < 2⁴⁸: all sums are exact in float64.
  return Math.floor((u * high + Math.floor((u * low) / 65536)) / 65536)
}
