/** Densities, gradients and divergences far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { key, useBackend } from '@gen/backend'
import { dispose, grads, sum, type Tensor, type Tensor2D, tensor2d, tidy, variable } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  diagonalNormal,
  entropyOf,
  fullNormal,
  gaussianMixture,
  hypersphere,
  kl,
  logProbOf,
  type Posterior,
  type Prior,
  sampleFrom,
  standardNormal,
  uniformBox,
  vampPrior,
} from './index.ts'
import { diagonal, full, mixture, type Reference } from './testing/densities.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const far = [0, 0.3, -1, 1e-20, -1e-20, 1e4, -1e6, 1e20, -1e20]
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
const covariances = [
  [
    [1, -0.7],
    [-0.7, 0.8],
  ],
  [
    [0.3, -0.1],
    [-0.1, 0.3],
  ],
]
const parts = means.map((mu, i) => diagonal(mu, deviations[i]!))
const encode = () => ({
  mean: tidy(() => tensor2d(means)),
  logVariance: tidy(() => tensor2d(deviations.map((row) => row.map((sigma) => 2 * Math.log(sigma))))),
})
const cases: [name: string, make: () => Prior, reference: Reference][] = [
  ['standardNormal', () => standardNormal(2), diagonal([0, 0], [1, 1])],
  ['diagonalNormal', () => diagonalNormal({ mean: means[0]!, deviation: deviations[0]! }), parts[0]!],
  ['fullNormal', () => fullNormal({ mean: means[0]!, covariance: covariances[0]! }), full(means[0]!, covariances[0]!)],
  ['gaussianMixture of deviations', () => gaussianMixture({ means, deviations }), mixture(parts)],
  [
    'gaussianMixture of covariances',
    () => gaussianMixture({ means, covariances }),
    mixture(means.map((mu, i) => full(mu, covariances[i]!))),
  ],
  ['vampPrior', () => vampPrior({ pseudoInputs: tidy(() => variable(tensor2d(means))), encode }), mixture(parts)],
]

/** log p and its gradient at points, as one list. */
function evaluate(prior: Prior, points: number[][]): [values: number[], slopes: number[][]] {
  return tidy(() => {
    const z = tensor2d(points)
    const [slope] = grads((x: Tensor) => sum(prior.logProb(x as Tensor2D)))([z])
    return [[...prior.logProb(z).dataSync()], slope!.arraySync() as number[][]]
  })
}

describe.each(cases)('%s', (_, make, reference) => {
  it('has the density and the score of float64 from 1e-20 to 1e20, −∞ where that is below all float32', () => {
    const points = far.flatMap((a) => far.map((b) => [a, b]))
    const prior = make()
    const [values, slopes] = evaluate(prior, points)
    const expected = points.map(reference)
    expect(values).toBeAllClose(said(expected.map(({ value }) => value)), { rtol: 1e-5, atol: 1e-5 })
    points.forEach((point, i) => {
      // Which of two components is nearer to a point 1e20 away, no float32 tells: the score is then that of one or the mean.
      const lost = values[i] === Number.NEGATIVE_INFINITY && reference.parts.length > 1
      const allowed = lost ? reference.parts.map((part) => part(point).slope) : [expected[i]!.slope]
      for (const [j, slope] of slopes[i]!.entries()) {
        const ends = allowed.map((one) => one[j]!)
        const slack = 1e-4 * Math.max(1, ...ends.map(Math.abs))
        expect(slope, `${point} ${j}`).toBeGreaterThanOrEqual(Math.min(...ends) - slack)
        expect(slope, `${point} ${j}`).toBeLessThanOrEqual(Math.max(...ends) + slack)
      }
    })
    dispose(prior.variables?.() ?? [])
  })

  it('is −∞ at infinity, with a gradient that is no NaN, and NaN at NaN', () => {
    const prior = make()
    const [values, slopes] = evaluate(
      prior,
      infinite.flatMap((a) => [[a, 0.3], [0.3, a], ...infinite.map((b) => [a, b])]),
    )
    expect(new Set(values)).toEqual(new Set([Number.NEGATIVE_INFINITY]))
    expect(slopes.flat().some(Number.isNaN)).toBe(false)
    const [broken] = evaluate(prior, [
      [Number.NaN, 0],
      [0, Number.NaN],
      [Number.NaN, Number.POSITIVE_INFINITY],
    ])
    expect(broken).toEqual([Number.NaN, Number.NaN, Number.NaN])
    dispose(prior.variables?.() ?? [])
  })
})

describe.each([
  ['uniformBox', () => uniformBox({ low: [-1, -2], high: [1, 0.5] }), [0.5, 0.25], -Math.log(2 * 2.5)],
  ['hypersphere', () => hypersphere(2), [0.6, -0.8], -Math.log(2 * Math.PI)],
] as const)('%s', (_, make, inside, density) => {
  it('is flat inside, −∞ outside as far as infinity, NaN at NaN; its gradient is 0', () => {
    const outside = [...far.slice(5), ...infinite].flatMap((a) => [
      [a, 0],
      [0, a],
      [a, a],
    ])
    const [values, slopes] = evaluate(make(), [[...inside], ...outside])
    expect(values[0]).toBe(Math.fround(density))
    expect(new Set(values.slice(1))).toEqual(new Set([Number.NEGATIVE_INFINITY]))
    expect(slopes.flat().every((slope) => slope === 0)).toBe(true)
    const [broken] = evaluate(make(), [
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, Number.NaN],
    ])
    expect(broken).toEqual([Number.NaN, Number.NaN])
  })
})

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
          expect(found, `${offset} ${logVariance} ${distance}`).toBeAllClose(said(expected), { rtol: 1e-4, atol: 1e-6 })
        }
      }
    }
  })

  it('at the mean with log σ² = −100 is 49.08, and +∞ where σ is 0', () => {
    const q = (logVariance: number): Posterior => ({ mean: tensor2d([[1]]), logVariance: tensor2d([[logVariance]]) })
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
            logProbOf({ mean: tensor2d([[0]]), logVariance: tensor2d([[logVariance]]) }, tensor2d([[z]])).dataSync()[0],
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
  const closed: [string, () => Prior, mean: number[], precision: number[], logDet: number][] = [
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

  const estimate = (q: [mean: number[][], logVariance: number[][]], prior: Prior, samples: number) =>
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

describe('parameters that float32 cannot hold', () => {
  it.each([
    ['a mean', () => diagonalNormal({ mean: [1e39], deviation: [1] })],
    ['a deviation above', () => diagonalNormal({ mean: [0], deviation: [1e39] })],
    ['a deviation below', () => diagonalNormal({ mean: [0], deviation: [1e-39] })],
    ['a mixture’s deviation', () => gaussianMixture({ means: [[0]], deviations: [[1e-200]] })],
    [
      'a covariance',
      () =>
        fullNormal({
          mean: [0, 0],
          covariance: [
            [1e-80, 0],
            [0, 1],
          ],
        }),
    ],
    ['a mixture’s covariance', () => gaussianMixture({ means: [[0]], covariances: [[[1e-80]]] })],
    ['a box', () => uniformBox({ low: [-1e300], high: [1e300] })],
    ['a box thinner than a step', () => uniformBox({ low: [1], high: [1 + 1e-12] })],
  ])('are refused: %s', (_, make) => {
    expect(make).toThrow(/^priors\.\w+: expected .* float32/)
  })

  it('weights need no common scale', () => {
    const config = (weights: number[]) =>
      gaussianMixture({ weights, means: [[0], [1]], deviations: [[1], [1]] }).config.weights
    expect(config([1e308, 1e308])).toEqual([0.5, 0.5])
    expect(config([1e-320, 1e-320])).toEqual([0.5, 0.5])
  })
})
