/** Densities and scores far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { useBackend } from '@gen/backend'
import { dispose, grads, sum, type Tensor, type Tensor2D, tensor2d, tidy, variable } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Distribution,
  diagonalNormal,
  fullNormal,
  gaussianMixture,
  hypersphere,
  standardNormal,
  uniformBox,
  vampPrior,
} from './index.ts'
import { diagonal, full, mixture, type Reference } from './testing/densities.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
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
  const cases: [name: string, make: () => Distribution, reference: Reference][] = [
    ['standardNormal', () => standardNormal(2), diagonal([0, 0], [1, 1])],
    ['diagonalNormal', () => diagonalNormal({ mean: means[0]!, deviation: deviations[0]! }), parts[0]!],
    [
      'fullNormal',
      () => fullNormal({ mean: means[0]!, covariance: covariances[0]! }),
      full(means[0]!, covariances[0]!),
    ],
    ['gaussianMixture of deviations', () => gaussianMixture({ means, deviations }), mixture(parts)],
    [
      'gaussianMixture of covariances',
      () => gaussianMixture({ means, covariances }),
      mixture(means.map((mu, i) => full(mu, covariances[i]!))),
    ],
    ['vampPrior', () => vampPrior({ pseudoInputs: tidy(() => variable(tensor2d(means))), encode }), mixture(parts)],
  ]

  /** log p and its gradient at points, as one list. */
  function evaluate(prior: Distribution, points: number[][]): [values: number[], slopes: number[][]] {
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
})
