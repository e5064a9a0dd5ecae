/** Posteriors and KL divergences far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { key, useBackend } from '@gen/backend'
import { grads, sum, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type DiagonalNormal,
  type Distribution,
  diagonalNormal,
  entropyOf,
  fullNormal,
  gaussianMixture,
  kl,
  logProbOf,
  sampleFrom,
  standardNormal,
  uniformBox,
} from '../index.ts'
import { diagonal, mixture } from '../testing/densities.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  const infinite = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

  /** What float32 can say: the nearest number, ±∞ beyond its range. */
  const said = (values: ArrayLike<number>) => Float64Array.from(values, Math.fround)

  const means = [
    [1, -1],
    [-2, 0.5],
  ]
  const deviations = [
    [0.5, 1.25],
    [2, 0.25],
  ]
  const parts = means.map((mu, i) => diagonal(mu, deviations[i]!))

  describe('a posterior', () => {
    const logVariances = [-170, -100, -30, 0, 1e-20, 30, 100, 170]
    const distances = [0, 1e-20, -1e-4, 1, -1e4, 1e20]

    it('has the density of float64, and its gradients, for log σ² of ±100 and beyond', () => {
      for (const offset of [0, 3, 1e4, -1e6]) {
        for (const logVariance of logVariances) {
          for (const distance of distances) {
            const z = Math.fround(offset + distance)
            const gap = z - offset
            const share = Math.exp(-logVariance)
            // Far out ∞·0 would be NaN: what float64 holds is the product.
            const pull = gap === 0 ? 0 : gap * share
            const expected = [
              -0.5 * (gap * pull + logVariance + Math.log(2 * Math.PI)),
              pull,
              0.5 * (gap * pull - 1),
              -pull,
            ]
            const found = tidy(() => {
              const inputs = [[[offset]], [[logVariance]], [[z]]].map((each) => tensor2d(each))
              const f = (mean: Tensor, spread: Tensor, at: Tensor) =>
                logProbOf({ mean: mean as Tensor2D, logVariance: spread as Tensor2D }, at as Tensor2D)
              const [value] = f(inputs[0]!, inputs[1]!, inputs[2]!).dataSync()
              const slopes = grads((m: Tensor, v: Tensor, x: Tensor) => sum(f(m, v, x)))(inputs)
              return [value!, ...slopes.map((slope) => slope.dataSync()[0]!)]
            })
            expect(found, `${offset} ${logVariance} ${distance}`).toBeAllClose(said(expected), {
              rtol: 1e-4,
              atol: 1e-6,
            })
          }
        }
      }
    })

    it('at the mean with log σ² = −100 is 49.08, and +∞ where σ is 0', () => {
      const q = (logVariance: number): DiagonalNormal => ({
        mean: tensor2d([[1]]),
        logVariance: tensor2d([[logVariance]]),
      })
      const found = tidy(() =>
        [-100, Number.NEGATIVE_INFINITY].map((v) => logProbOf(q(v), tensor2d([[1]])).dataSync()[0]!),
      )
      expect(found).toBeAllClose([49.0810615, Number.POSITIVE_INFINITY], { rtol: 1e-6 })
    })

    it('is −∞ at infinity and NaN at NaN, whatever σ', () => {
      for (const logVariance of logVariances) {
        const at = (z: number) =>
          tidy(
            () =>
              logProbOf(
                { mean: tensor2d([[0]]), logVariance: tensor2d([[logVariance]]) },
                tensor2d([[z]]),
              ).dataSync()[0],
          )
        expect(infinite.map(at)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
        expect(at(Number.NaN)).toBeNaN()
      }
    })

    it('has the entropy and the draws of its σ', () => {
      tidy(() => {
        const q = { mean: tensor2d(logVariances.map(() => [2])), logVariance: tensor2d(logVariances.map((v) => [v])) }
        const expected = logVariances.map((v) => 0.5 * (1 + Math.log(2 * Math.PI) + v))
        expect(entropyOf(q).dataSync()).toBeAllClose(expected)
        const unit = sampleFrom(
          { mean: tensor2d(logVariances.map(() => [0])), logVariance: tensor2d(logVariances.map(() => [0])) },
          key(3),
        )
        const noise = unit.dataSync()
        expect(sampleFrom(q, key(3)).dataSync()).toBeAllClose(
          logVariances.map((v, i) => 2 + Math.exp(v / 2) * noise[i]!),
          { rtol: 1e-5 },
        )
      })
    })
  })

  describe('KL', () => {
    const logVariances = [-100, -30, 30, 88, 100]
    const closed: [string, () => Distribution, mean: number[], precision: number[], logDet: number][] = [
      ['standardNormal', () => standardNormal(2), [0, 0], [1, 1], 0],
      [
        'diagonalNormal',
        () => diagonalNormal({ mean: [1, -1], deviation: [0.5, 1.25] }),
        [1, -1],
        [4, 0.64],
        2 * Math.log(0.625),
      ],
      [
        'fullNormal',
        () =>
          fullNormal({
            mean: [1, -1],
            covariance: [
              [0.25, 0],
              [0, 1.5625],
            ],
          }),
        [1, -1],
        [4, 0.64],
        2 * Math.log(0.625),
      ],
    ]

    it.each(closed)('of %s in closed form is that of float64', (_, make, mean, precision, logDet) => {
      for (const logVariance of logVariances) {
        for (const mu of [0, 1e-20, -1e4, 1e6, 1e20]) {
          const expected =
            0.5 *
            ([0, 1].reduce(
              (total, j) => total + precision[j]! * (Math.exp(logVariance) + (mu - mean[j]!) ** 2) - 1 - logVariance,
              0,
            ) +
              logDet)
          const found = tidy(() => {
            const q = { mean: tensor2d([[mu, mu]]), logVariance: tensor2d([[logVariance, logVariance]]) }
            return make().kl!(q).dataSync()
          })
          expect(found, `${logVariance} ${mu}`).toBeAllClose([Math.fround(expected)], { rtol: 1e-5, atol: 1e-5 })
        }
      }
    })

    const estimate = (q: [mean: number[][], logVariance: number[][]], prior: Distribution, samples: number) =>
      tidy(() => {
        const { value, standardError } = kl({ mean: tensor2d(q[0]), logVariance: tensor2d(q[1]) }, prior, {
          key: key(1),
          samples,
        })
        return [value.dataSync()[0]!, standardError ? standardError.dataSync()[0]! : Number.NaN]
      })

    it('of a narrow posterior to a mixture is what its density at the mean says', () => {
      const prior = gaussianMixture({ means, deviations })
      for (const samples of [1, 7]) {
        const [value] = estimate([[[0.3, 0.2]], [[-100, -100]]], prior, samples)
        // E log q is minus the entropy; over so small a space log p is a constant. σ is less than float32's step at 0.3.
        const density = mixture(parts)([Math.fround(0.3), Math.fround(0.2)]).value
        expect([value!]).toBeAllClose([100 - Math.log(2 * Math.PI) - density], { rtol: 1e-5 })
      }
    })

    it('is ∞ where draws fall outside of the prior, and so is its standard error', () => {
      const { size, sample, logProb } = uniformBox({ low: [0, 0], high: [1, 1] })
      const box = { size, sample, logProb }
      expect(estimate([[[0.5, 0.5]], [[2, 2]]], box, 1)[0]).toBe(Number.POSITIVE_INFINITY)
      expect(estimate([[[0.5, 0.5]], [[2, 2]]], box, 16)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
      const [inside, error] = estimate([[[0.5, 0.5]], [[-8, -8]]], box, 16)
      expect(Number.isFinite(inside) && Number.isFinite(error)).toBe(true)
      expect(estimate([[[1e20, 1e20]], [[0, 0]]], gaussianMixture({ means, deviations }), 4)[0]).toBe(
        Number.POSITIVE_INFINITY,
      )
    })
  })
})
