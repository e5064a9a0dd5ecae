/** The logarithm of a mean, from logarithms, in one pass. @module */

/** A running `log (1/n Σ exp aᵢ)` in float64 that never overflows. */
export interface LogMean {
  /** Takes in one logarithm a; −∞ counts as a value of 0. */
  add(logarithm: number): void
  /** The logarithm of the mean. */
  value(): number
  /** Its standard error by the delta method: the mean's own, divided by the mean. NaN from fewer than two values. */
  standardError(): number
}

/** Starts from nothing. */
export function logMean(): LogMean {
  let count = 0
  let largest = Number.NEGATIVE_INFINITY
  let sum = 0
  let squares = 0
  return {
    add: (logarithm) => {
      count++
      if (logarithm === Number.NEGATIVE_INFINITY) return
      if (logarithm > largest) {
        const shrink = Math.exp(largest - logarithm)
        sum *= shrink
        squares *= shrink * shrink
        largest = logarithm
      }
      const scaled = Math.exp(logarithm - largest)
      sum += scaled
      squares += scaled * scaled
    },
    value: () => largest + Math.log(sum / count),
    standardError: () => {
      const mean = sum / count
      return Math.sqrt(Math.max(0, (squares / count - mean * mean) / (count - 1))) / mean
    },
  }
}
