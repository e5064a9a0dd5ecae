/** MMD² and its gradient in float64, pair by pair, for the laws; not part of the package. @module */

/** What the reference shares with `mmd`. */
export interface KernelDistanceOptions {
  readonly kernel: 'imq' | 'rbf'
  readonly estimator: 'unbiased' | 'biased'
  readonly scales: readonly number[]
  readonly deviation: number
}

/** MMD² of rows x and y, and its gradient in x. */
export function kernelDistance(
  x: readonly number[][],
  y: readonly number[][],
  { kernel, estimator, scales, deviation }: KernelDistanceOptions,
): { value: number; slope: number[][] } {
  const size = x[0]!.length
  const widths = scales.map((scale) => scale * 2 * size * deviation ** 2)
  const squared = (a: number[], b: number[]) => a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0)
  const k = (square: number) =>
    widths.reduce((sum, c) => sum + (kernel === 'rbf' ? Math.exp(-square / c) : c / (c + square)), 0)
  const rate = (square: number) =>
    widths.reduce((sum, c) => sum - (kernel === 'rbf' ? Math.exp(-square / c) / c : c / (c + square) ** 2), 0)
  const unbiased = estimator === 'unbiased'
  const within = (set: readonly number[][]) => {
    const n = set.length
    let sum = 0
    set.forEach((a, i) => {
      set.forEach((b, j) => {
        if (i !== j || !unbiased) sum += k(squared(a, b))
      })
    })
    return sum / (unbiased ? n * (n - 1) : n * n)
  }
  const between = x.reduce((sum, a) => sum + y.reduce((inner, b) => inner + k(squared(a, b)), 0), 0)
  const slope = x.map((a) =>
    a.map((_, j) => {
      const pull = (set: readonly number[][]) =>
        set.reduce((sum, b) => sum + (a[j] === b[j] ? 0 : 2 * rate(squared(a, b)) * (a[j]! - b[j]!)), 0)
      const n = x.length
      return (2 * pull(x)) / (unbiased ? n * (n - 1) : n * n) - (2 * pull(y)) / (n * y.length)
    }),
  )
  return { value: within(x) + within(y) - (2 * between) / (x.length * y.length), slope }
}
