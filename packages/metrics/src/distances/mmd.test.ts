import { matrix } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import { fixture, rowsOf, vectors } from '../testing.ts'
import { inverseMultiquadric, type Kernel, laplacian, polynomial, rbf } from './kernels.ts'
import { medianDistance } from './median-distance.ts'
import { mmd } from './mmd.ts'

const real = rowsOf(vectors(1, 300, 16), 0, 200)
const fake = rowsOf(vectors(2, 250, 16, { spread: 0.9, shift: 0.1 }), 0, 200)
const kernels: Record<string, Kernel> = {
  polynomial: polynomial(),
  rbf: rbf({ bandwidth: 1.5 }),
  laplacian: laplacian({ bandwidth: 4 }),
  inverseMultiquadric: inverseMultiquadric({ scale: 2 }),
}

describe('mmd', () => {
  const reference = fixture<{ mmd: Record<string, number>; median: number }>('features')

  it.each(Object.entries(kernels))('equals torch-fidelity with the %s kernel', (name, kernel) => {
    for (const estimator of ['unbiased', 'biased'] as const) {
      const { value } = mmd(real, fake, { kernel, estimator })
      expect([value]).toBeAllClose([reference.mmd[`${name}-${estimator}`]!], { rtol: 1e-11, atol: 0 })
    }
  })

  it.each(Object.entries(kernels))('is symmetric and the biased one not negative with the %s kernel', (_, kernel) => {
    expect([mmd(fake, real, { kernel }).value]).toBeAllClose([mmd(real, fake, { kernel }).value], { rtol: 1e-10 })
    expect(Math.abs(mmd(real, real, { kernel, estimator: 'biased' }).value)).toBeLessThan(1e-13)
    expect(mmd(real, fake, { kernel, estimator: 'biased' }).value).toBeGreaterThan(0)
  })

  it('averages to zero over samples of one distribution when unbiased', () => {
    const values = Array.from({ length: 60 }, (_, i) => {
      return mmd(vectors(100 + i, 40, 4), vectors(200 + i, 40, 4), { kernel: rbf({ bandwidth: 1 }) }).value
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const error = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length / (values.length - 1),
    )
    expect(Math.abs(mean)).toBeLessThan(3 * error)
    expect(values.some((value) => value < 0)).toBe(true)
  })

  it('takes the median distance as bandwidth, and says so', () => {
    const median = medianDistance(real, fake)
    expect([median]).toBeAllClose([reference.median], { rtol: 1e-12 })
    const result = mmd(real, fake)
    expect(result.settings).toEqual({ kernel: 'rbf', bandwidth: median, estimator: 'unbiased' })
    expect(result.value).toBe(mmd(real, fake, { kernel: rbf({ bandwidth: median }) }).value)
  })

  it('takes several bandwidths as the mean of their kernels', () => {
    const each = [0.5, 2].map((bandwidth) => mmd(real, fake, { kernel: rbf({ bandwidth }) }).value)
    const both = mmd(real, fake, { kernel: rbf({ bandwidth: [0.5, 2] }) })
    expect([both.value]).toBeAllClose([(each[0]! + each[1]!) / 2], { rtol: 1e-10 })
    expect(both.settings.bandwidth).toEqual([0.5, 2])
  })

  it('finds medians by hand', () => {
    // Distances 3, 4, 5 among three points.
    expect(
      medianDistance(
        matrix([
          [0, 0],
          [3, 0],
        ]),
        matrix([[0, 4]]),
      ),
    ).toBe(4)
    expect(
      medianDistance(
        matrix([
          [0, 0],
          [3, 0],
        ]),
        matrix([[0, 4]]),
        { distance: 'manhattan' },
      ),
    ).toBe(4)
    // Distances 1, 1, 1, 2, 2, 3: the middle two are 1 and 2.
    expect(medianDistance(matrix([[0], [1]]), matrix([[2], [3]]))).toBe(1.5)
  })

  it('refuses what it cannot measure', () => {
    expect(() => mmd(rowsOf(real, 0, 1), fake)).toThrow('metrics.mmd: expected real with at least 2 samples')
    expect(() => mmd(matrix([[1], [1]]), matrix([[1], [1]]))).toThrow(
      'expected samples that are not all one point, to guess a bandwidth',
    )
    expect(() => rbf({ bandwidth: [] })).toThrow('expected at least one bandwidth')
    expect(() => polynomial({ degree: 0 })).toThrow('expected degree an integer ≥ 1')
    const huge = { ...real, data: real.data.map((value) => value * 1e150) }
    expect(() => mmd(huge, fake, { kernel: polynomial() })).toThrow('scale the features down')
  })
})
