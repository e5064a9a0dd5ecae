/** Divergences and their gradients far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { key, normal, useBackend } from '@gen/backend'
import {
  add,
  dispose,
  mul,
  type Scalar,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { klPerDimension, mmdLoss, totalCorrelation } from '../index.ts'
import { evaluate, infinity, logTwoPi, said } from '../testing/extremes.ts'
import { kernelDistance } from '../testing/kernel-distance.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  describe('divergences', () => {
    const logVariances = [-170, -100, -30, 0, 30, 88, 100]

    it('KL per dimension', () => {
      for (const v of logVariances) {
        for (const mu of [0, 1e-20, -1e4, 1e20]) {
          const expected = [0.5 * (mu * mu + Math.exp(v) - 1 - v), mu, 0.5 * (Math.exp(v) - 1)]
          const found = evaluate(
            (m, s) => klPerDimension({ mean: m as Tensor2D, logVariance: s as Tensor2D }),
            tensor2d([[mu]]),
            tensor2d([[v]]),
          )
          expect(found, `${v} ${mu}`).toBeAllClose(said(expected), { rtol: 1e-5, atol: 1e-6 })
        }
      }
    })

    describe.each(['weighted', 'stratified'] as const)('the decomposition of KL, %s', (estimator) => {
      const size = 100
      /** The three terms in float64, each pair as the square of a quotient. */
      const reference = (z: number[][], mean: number[][], logVariance: number[][]) => {
        const n = z.length
        const logNormal = (i: number, j: number, d: number) => {
          const gap = z[i]![d]! - mean[j]![d]!
          const v = logVariance[j]![d]!
          return -0.5 * ((gap === 0 ? 0 : gap * gap * Math.exp(-v)) + v + logTwoPi)
        }
        const weight = (i: number, j: number) => {
          if (estimator === 'weighted') return -Math.log(n * size)
          if (i === j) return -Math.log(size)
          return j === (i + 1) % n ? Math.log((size - n + 1) / (size * (n - 1))) : -Math.log(n - 1)
        }
        const lse = (values: number[]) => {
          const largest = Math.max(...values)
          return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0))
        }
        const rows = z.map((row, i) => {
          const others = z.map((_, j) => row.map((__, d) => logNormal(i, j, d)))
          const joint = lse(others.map((each, j) => each.reduce((a, b) => a + b, 0) + weight(i, j)))
          const product = row
            .map((_, d) => lse(others.map((each, j) => each[d]! + weight(i, j))))
            .reduce((a, b) => a + b, 0)
          const own = others[i]!.reduce((a, b) => a + b, 0)
          const prior = row.reduce((total, value) => total - 0.5 * (value * value + logTwoPi), 0)
          return [own - joint, joint - product, product - prior]
        })
        return [0, 1, 2].map((term) => rows.reduce((total, row) => total + row[term]!, 0) / n)
      }

      it.each([-100, -30, 0, 30, 100])('with log σ² = %i, also far from the origin', (v) => {
        for (const offset of [0, 1e4, -1e6]) {
          const mean = [
            [offset, 1],
            [offset + 1, -2],
            [offset - 3, 0],
          ]
          const logVariance = mean.map(() => [v, v])
          // At the means: what draws are, where σ is below float32's step.
          const found = evaluate(
            (m, s, at) => {
              const q = { mean: m as Tensor2D, logVariance: s as Tensor2D }
              const terms = totalCorrelation(at as Tensor2D, q, { datasetSize: size, estimator })
              return tensorOf([terms.mutualInformation, terms.totalCorrelation, terms.dimensionWise])
            },
            tensor2d(mean),
            tensor2d(logVariance),
            tensor2d(mean),
          )
          const expected = reference(mean, mean, logVariance)
          expect(found.slice(0, 3), `${offset}`).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-4 })
          expect(found.some(Number.isNaN)).toBe(false)
        }
      })

      it.each([-170, -100, 0, 100])('of draws 1.5 σ away, with log σ² = %i', (v) => {
        const mean = [[0], [1e-3]]
        const z = [[1.5 * Math.exp(v / 2)], [1e-3]]
        const logVariance = [[v], [v]]
        const expected = reference(
          z.map((row) => row.map(Math.fround)),
          mean.map((row) => row.map(Math.fround)),
          logVariance,
        )
        const found = tidy(() => {
          const q = { mean: tensor2d(mean), logVariance: tensor2d(logVariance) }
          const terms = totalCorrelation(tensor2d(z), q, { datasetSize: size, estimator })
          return [terms.mutualInformation, terms.totalCorrelation, terms.dimensionWise].map((t) => t.dataSync()[0]!)
        })
        expect(found).toBeAllClose(said(expected), { rtol: 1e-5, atol: 1e-4 })
      })

      it('of a code 1e20 away is ∞, not NaN', () => {
        const found = tidy(() => {
          const mean = tensor2d([[1e20], [0]])
          const terms = totalCorrelation(
            mean,
            { mean, logVariance: tensor2d([[0], [0]]) },
            { datasetSize: 10, estimator },
          )
          return [terms.mutualInformation, terms.totalCorrelation, terms.dimensionWise].map((t) => t.dataSync()[0]!)
        })
        expect(found[1]).toBeCloseTo(0, 5)
        expect(found[2]).toBe(infinity)
      })
    })

    describe.each([
      ['imq', 'unbiased'],
      ['imq', 'biased'],
      ['rbf', 'unbiased'],
      ['rbf', 'biased'],
    ] as const)('MMD with %s, %s', (kernel, estimator) => {
      const options = { kernel, estimator, scales: [0.1, 1, 5], deviation: 1 }
      const rows = (seed: number, n: number, spread: number, offset: number) =>
        tidy(() => add(mul(normal(key(seed), [n, 3]), spread), offset).arraySync() as number[][])

      it.each([
        ['at the origin', [1, 0], [1, 0]],
        ['both at 1e4', [1, 1e4], [1, 1e4]],
        ['both at −1e6', [1, -1e6], [1, -1e6]],
        ['one at 1e6', [1, 1e6], [1, 0]],
        ['both narrow at 1e4', [1e-2, 1e4], [1e-2, 1e4]],
        ['one 1e5 wide', [1e5, 0], [1, 0]],
        ['one 1e20 wide', [1e20, 0], [1, 0]],
        ['both 1e-20 wide', [1e-20, 0], [1e-20, 0]],
      ] as const)('%s', (_, [spreadX, offsetX], [spreadY, offsetY]) => {
        const [x, y] = [rows(1, 7, spreadX, offsetX), rows(2, 5, spreadY, offsetY)]
        const expected = kernelDistance(x, y, options)
        const fixed = tensor2d(y)
        const [value, ...slope] = evaluate((a) => mmdLoss(a as Tensor2D, fixed, options), tensor2d(x))
        fixed.dispose()
        expect([value!]).toBeAllClose([expected.value], { atol: 3e-6 })
        expect(slope).toBeAllClose(expected.slope.flat(), { rtol: 1e-4, atol: 1e-6 })
      })

      it('with one code at 1e20, or at infinity, measures the others as they are', () => {
        const [x, y] = [rows(1, 7, 1, 10), rows(2, 5, 1, 10)]
        for (const outlier of [1e20, -3e38, infinity]) {
          for (const place of [0, 3, 6]) {
            const spoilt = x.map((row, i) => (i === place ? [outlier, ...row.slice(1)] : row))
            const expected = kernelDistance(
              spoilt.map((row) => row.map((value) => Math.min(value, 1e100))),
              y,
              options,
            )
            const fixed = tensor2d(y)
            const [value, ...slope] = evaluate((a) => mmdLoss(a as Tensor2D, fixed, options), tensor2d(spoilt))
            fixed.dispose()
            expect([value!], `${outlier} ${place}`).toBeAllClose([expected.value], { atol: 3e-6 })
            expect(slope, `${outlier} ${place}`).toBeAllClose(expected.slope.flat(), { rtol: 1e-4, atol: 1e-6 })
          }
        }
      })

      it('with NaN is NaN', () => {
        const [x, y] = [tensor2d([[1], [Number.NaN], [0]]), tensor2d([[1], [2], [0]])]
        const value = mmdLoss(x, y, options)
        expect(value.dataSync()[0]).toBeNaN()
        dispose([x, y, value])
      })

      it('with deviations far from 1 is that of scaled codes', () => {
        const [x, y] = [rows(1, 7, 1, 0), rows(2, 5, 1, 0.5)]
        const expected = kernelDistance(x, y, options).value
        for (const factor of [2 ** -60, 2 ** 60]) {
          const value = tidy(() =>
            mmdLoss(mul(tensor2d(x), factor), mul(tensor2d(y), factor), { ...options, deviation: factor }).dataSync(),
          )
          expect(value).toBeAllClose([expected], { atol: 3e-6 })
        }
      })
    })
  })
})

function tensorOf(scalars: readonly Scalar[]): Tensor {
  return add(
    add(mul(scalars[0]!, tensor1d([1, 0, 0])), mul(scalars[1]!, tensor1d([0, 1, 0]))),
    mul(scalars[2]!, tensor1d([0, 0, 1])),
  )
}
