/** Constants and errors that could hide in a band, each against its formula, computed apart. @module */
import { fold, key, permutation } from '@gen/backend'
import { type Matrix, matrix } from '@gen/linear-algebra'
import { msSsimExponents } from '@gen/losses'
import { dispose, tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fid } from './distances/fid.ts'
import { inceptionScore } from './distances/inception-score.ts'
import { polynomial } from './distances/kernels.ts'
import { kid } from './distances/kid.ts'
import { mmd } from './distances/mmd.ts'
import { slicedWasserstein } from './distances/sliced-wasserstein.ts'
import { wasserstein1d } from './distances/wasserstein-1d.ts'
import { evaluateFeatures } from './evaluate.ts'
import { confidentShare } from './features/confidence.ts'
import { perceptualDistance } from './images/perceptual-distance.ts'
import { bitsPerDimension } from './likelihood/bits-per-dimension.ts'
import { calibrationError } from './likelihood/calibration.ts'
import { meanOf, standardDeviation } from './measurement.ts'
import { supportSize } from './modes/birthday.ts'
import { modeCoverage } from './modes/mode-coverage.ts'
import { chosen, vectors } from './testing.ts'

const exact = { rtol: 1e-12, atol: 0 }
const real = vectors(1, 60, 4)
const fake = vectors(2, 50, 4, { shift: 0.2 })

describe('standard errors', () => {
  it('of a mean: s/√n with n − 1 below s²', () => {
    const values = [1, 2, 4, 9]
    expect([standardDeviation(values)!]).toBeAllClose([Math.sqrt((9 + 4 + 0 + 25) / 3)], exact)
    expect(meanOf(values)).toEqual({ value: 4, standardError: Math.sqrt(38 / 3) / 2 })
    expect(meanOf([5])).toEqual({ value: 5 })
    const nats = bitsPerDimension(values, { dimensions: 2, levels: 256 })
    expect([nats.value, nats.standardError!]).toBeAllClose(
      [4 / (2 * Math.LN2) + 8, Math.sqrt(38 / 3) / 2 / (2 * Math.LN2)],
      exact,
    )
  })

  it('of KID: the mean of the subsets that the key draws, s·√(1/S + m/(n − m))', () => {
    const [subsets, size, k] = [7, 20, key(5)]
    const values = Array.from({ length: subsets }, (_, i) => {
      const [x, y] = [real, fake].map((set, side) => {
        return chosen(set, permutation(fold(k, 2 * i + side), set.rows).slice(0, size))
      }) as [Matrix, Matrix]
      return mmd(x, y, { kernel: polynomial(), estimator: 'unbiased' }).value
    })
    const result = kid(real, fake, { key: k, subsets, subsetSize: size })
    const mean = values.reduce((sum, value) => sum + value, 0) / subsets
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (subsets - 1))
    expect([result.value, result.standardDeviation!]).toBeAllClose([mean, spread], { rtol: 1e-10 })
    expect([result.standardError!]).toBeAllClose([spread * Math.sqrt(1 / 7 + 20 / 30)], { rtol: 1e-10 })
    expect(kid(real, fake, { key: k, subsets, subsetSize: 26 }).standardError).toBeUndefined()
    expect(kid(real, fake, { key: k, subsets, subsetSize: 25 }).standardError).toBeDefined()
  })

  it('of the unbiased and the biased MMD: means without and with the pairs of a sample with itself', () => {
    const [x, y] = [matrix([[0], [1], [3]]), matrix([[2], [5]])]
    const k = (a: number, b: number) => (a * b + 1) ** 3
    const between = [0, 1, 3].flatMap((a) => [2, 5].map((b) => k(a, b))).reduce((sum, value) => sum + value, 0) / 6
    const pairs = [k(0, 1), k(0, 3), k(1, 3)].reduce((sum, value) => sum + value, 0)
    const own = [k(0, 0), k(1, 1), k(3, 3)].reduce((sum, value) => sum + value, 0)
    const unbiased = pairs / 3 + k(2, 5) - 2 * between
    const biased = (2 * pairs + own) / 9 + (2 * k(2, 5) + k(2, 2) + k(5, 5)) / 4 - 2 * between
    expect([mmd(x, y, { kernel: polynomial() }).value]).toBeAllClose([unbiased], exact)
    expect([mmd(x, y, { kernel: polynomial(), estimator: 'biased' }).value]).toBeAllClose([biased], exact)
  })

  it('of the sliced distance: that of the mean cost, through the root', () => {
    const [x, y] = [
      matrix([
        [0, 0],
        [1, 2],
      ]),
      matrix([
        [3, 1],
        [2, 5],
      ]),
    ]
    const angles = [0, 0.7, 1.9, 2.5]
    const directions = matrix(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]))
    for (const p of [1, 2, 3]) {
      const costs = angles.map((angle) => {
        const project = (set: Matrix) =>
          [0, 1].map((i) => set.data[2 * i]! * Math.cos(angle) + set.data[2 * i + 1]! * Math.sin(angle))
        return wasserstein1d(project(x), project(y), { p }) ** p
      })
      const { value: cost, standardError } = meanOf(costs)
      const result = slicedWasserstein(x, y, { directions, p })
      expect([result.value]).toBeAllClose([cost ** (1 / p)], exact)
      // d cost^(1/p) = cost^(1/p − 1)/p · d cost
      expect([result.standardError!]).toBeAllClose([(standardError! * cost ** (1 / p - 1)) / p], { rtol: 1e-10 })
    }
  })

  it('of the birthday paradox: N/√collisions; of a share: √(p(1 − p)/n)', () => {
    const line = matrix([0, 0, 0, 1, 1, 2, 3, 4].map((value) => [10 * value]))
    // Three pairs among the zeros, one among the ones; 28 pairs in all.
    const result = supportSize(line, { threshold: 1 })
    expect(result).toMatchObject({ collisions: 4, value: 7, standardError: 3.5 })
    const rows = matrix([0.9, 0.8, 0.95, 0.6, 0.7].map((p) => [p, 1 - p]))
    expect([confidentShare(rows).standardError!]).toBeAllClose([Math.sqrt((0.4 * 0.6) / 5)], exact)
  })
})

describe('formulas by hand', () => {
  it('inception score of two rows: the exponential of the mean divergence from the mean', () => {
    const kl = (p: number, q: number) => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))
    const expected = Math.exp((kl(0.9, 0.6) + kl(0.3, 0.6)) / 2)
    const rows = matrix([
      [0.9, 0.1],
      [0.3, 0.7],
    ])
    expect([inceptionScore(rows, { splits: 1 }).value]).toBeAllClose([expected], exact)
    // Shares that float64 cannot hold are none: 5e-324/2 is 0.
    const tiny = matrix([
      [1, 5e-324],
      [1, 0],
      [1, 0],
    ])
    expect(inceptionScore(tiny, { splits: 1 }).value).toBe(1)
    const off = (sum: number) => () => inceptionScore(matrix([[sum, 0]]), { splits: 1 })
    expect(off(1.0009)().value).toBeGreaterThan(0)
    expect(off(1.0011)).toThrow('apply softmax')
    expect(() => confidentShare(matrix([[5, -3]]))).toThrow('apply softmax')
  })

  it('calibration: bins’ gaps weighed by their shares', () => {
    // Bins of a half: D = 0.2, 0.4 with one real of two; D = 0.9, 0.7, 0.8 with one real of three.
    const result = calibrationError([0.4, 0.9], [0.2, 0.7, 0.8], { bins: 2 })
    expect([result.value]).toBeAllClose([(2 / 5) * Math.abs(0.5 - 0.3) + (3 / 5) * Math.abs(1 / 3 - 0.8)], exact)
    expect([result.maximum]).toBeAllClose([0.8 - 1 / 3], exact)
    expect(calibrationError([0.5], [0.5], { bins: 200_000 }).maximum).toBe(0)
  })

  it('perceptual distance: ε beside the length, 4 for opposite activations', () => {
    const layer = (...values: number[]) => tensor4d(values, [1, 1, 1, values.length])
    const at = (a: number[], b: number[], epsilon?: number) => {
      const tensors = [layer(...a), layer(...b)] as const
      const { value } = perceptualDistance([tensors[0]], [tensors[1]], epsilon === undefined ? {} : { epsilon })
      dispose([...tensors])
      return value
    }
    expect([at([3, 4], [4, 3]), at([1, 0], [-1, 0])]).toBeAllClose([0.08, 4], { rtol: 1e-9 })
    expect([at([3, 4], [0, 0], 5)]).toBeAllClose([0.25], exact)
    expect([at([1e20, 0], [0, 1e-8])]).toBeAllClose([1 + (1e-8 / (1e-8 + 1e-10)) ** 2], { rtol: 1e-6 })
  })

  it('modes: the threshold counts, and so does its edge', () => {
    const samples = matrix([[0.3], [0.31], [-0.29]])
    const result = modeCoverage(samples, matrix([[0]]), { deviation: 0.1 })
    expect(result.highQuality).toBeCloseTo(2 / 3, 12)
    expect(modeCoverage(matrix([[0.5]]), matrix([[0]]), { deviation: 0.25, threshold: 2 }).highQuality).toBe(1)
  })

  it('the exponents of MS-SSIM are the paper’s, five of them', () => {
    expect(msSsimExponents(176, 11)).toEqual([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
  })
})

it('all metrics at once are the metrics one by one', () => {
  const all = evaluateFeatures(real, fake, { key: key(3), neighbors: 2 })
  expect(all.map(({ metric }) => metric)).toEqual([
    'fid',
    'kid',
    'precision',
    'recall',
    'density',
    'coverage',
    'mmd',
    'sliced-wasserstein',
  ])
  expect(all[0]).toEqual(fid(real, fake))
  expect(all[1]).toEqual(kid(real, fake, { key: fold(key(3), 0) }))
  expect(all[7]).toEqual(slicedWasserstein(real, fake, { key: fold(key(3), 1) }))
})
