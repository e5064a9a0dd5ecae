import { engine, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeBackend, forAll, seeds, specOf } from './laws.ts'

interface Sizes {
  readonly heads: number
  readonly n: number
  readonly m: number
  readonly d: number
}

type Numbers = ArrayLike<number>

/** Weights of one query over all keys and the logarithm of the sum they are relative to, in float64. */
function weightsOf(q: Numbers, k: Numbers, i: number, head: number, { n, m, d }: Sizes): { p: number[]; log: number } {
  const scores = Array.from({ length: m }, (_, j) => {
    let sum = 0
    for (let c = 0; c < d; c++) sum += q[(head * n + i) * d + c]! * k[(head * m + j) * d + c]!
    return sum / Math.sqrt(d)
  })
  const most = Math.max(...scores)
  const log = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0))
  return { p: scores.map((score) => Math.exp(score - log)), log }
}

/** Attention and its gradients, written down in float64. */
function reference(
  [q, k, v, dy]: readonly Numbers[],
  sizes: Sizes,
): Record<'y' | 'logs' | 'dq' | 'dk' | 'dv', Float64Array> {
  const { heads, n, m, d } = sizes
  const [perQuery, perKey] = [heads * n * d, heads * m * d]
  const [y, dq] = [new Float64Array(perQuery), new Float64Array(perQuery)]
  const [dk, dv] = [new Float64Array(perKey), new Float64Array(perKey)]
  const logs = new Float64Array(heads * n)
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < n; i++) {
      const { p, log } = weightsOf(q!, k!, i, head, sizes)
      const row = (head * n + i) * d
      logs[head * n + i] = log
      const dp = p.map((_, j) => {
        let sum = 0
        for (let c = 0; c < d; c++) sum += dy![row + c]! * v![(head * m + j) * d + c]!
        return sum
      })
      const mean = p.reduce((sum, weight, j) => sum + weight * dp[j]!, 0)
      for (let j = 0; j < m; j++) {
        const key = (head * m + j) * d
        const ds = (p[j]! * (dp[j]! - mean)) / Math.sqrt(d)
        for (let c = 0; c < d; c++) {
          y[row + c]! += p[j]! * v![key + c]!
          dv[key + c]! += p[j]! * dy![row + c]!
          dq[row + c]! += ds * k![key + c]!
          dk[key + c]! += ds * q![row + c]!
        }
      }
    }
  }
  return { y, logs, dq, dk, dv }
}

/** What the kernels give for numbers up to `most`. */
function agrees(sizes: Sizes, seed: number, most = 1): void {
  const { heads, n, m, d } = sizes
  const shapes = [n, m, m, n].map((count) => [1, heads, count, d])
  const values = shapes.map((shape, i) => specOf(shape, seed + i, { min: -most, max: most }).values)
  const expected = reference(values, sizes)
  tidy(() => {
    const [x0, x1, x2, dy] = values.map((list, i) => tensor(list, shapes[i]!)) as [Tensor, Tensor, Tensor, Tensor]
    const run = (name: string, inputs: Record<string, Tensor>) => engine().runKernel(name, inputs, {}) as Tensor[]
    const [y, logs] = run('GenAttention', { x0, x1, x2 }) as [Tensor, Tensor]
    const gradients = run('GenAttentionGrad', { x0, x1, x2, dy, s0: logs })
    const lists = [expected.y, expected.logs, expected.dq, expected.dk, expected.dv]
    // Against the largest number of each: sums of many terms cancel. Scores up to most² √d are rounded in float32.
    for (const [i, result] of [y, logs, ...gradients].entries()) {
      const scale = lists[i]!.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-30)
      const worst = result.dataSync<'float32'>().reduce((error, value, at) => {
        const own = Math.abs(value - lists[i]![at]!) / scale
        return Number.isNaN(own) ? Infinity : Math.max(error, own)
      }, 0)
      expect(worst).toBeLessThan(2e-6 * Math.max(1, most ** 2))
    }
  })
}

describeBackend('attention', () => {
  it('agrees with float64 for any sizes, across blocks of queries and keys', () =>
    forAll(
      fc.record({
        heads: fc.integer({ min: 1, max: 3 }),
        n: fc.integer({ min: 1, max: 110 }),
        m: fc.integer({ min: 1, max: 200 }),
        d: fc.integer({ min: 1, max: 40 }),
        seed: seeds,
      }),
      async ({ seed, ...sizes }) => agrees(sizes, seed),
      25,
    ))

  it('keeps the weights of scores that differ by hundreds', () => {
    agrees({ heads: 2, n: 50, m: 150, d: 16 }, 1, 12)
  })
})
