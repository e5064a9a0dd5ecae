/** What is left of a share. @module */

/** 1 − share, without the digits that float64 adds. */
export function rest(share: number): number {
  return Number((1 - share).toPrecision(12))
}
