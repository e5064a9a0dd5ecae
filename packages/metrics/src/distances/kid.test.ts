import { key } from '@gen/backend'
import { describe, expect, it } from 'vitest'
import { standardDeviation } from '../measurement.ts'
import { fixture, rowsOf, vectors } from '../testing.ts'
import { polynomial } from './kernels.ts'
import { kid } from './kid.ts'
import { mmd } from './mmd.ts'

const real = vectors(1, 300, 16)
const fake = vectors(2, 250, 16, { spread: 0.9, shift: 0.1 })

describe('kid', () => {
  it('with one subset of everything equals torch-fidelity', () => {
    const [x, y] = [rowsOf(real, 0, 200), rowsOf(fake, 0, 200)]
    const expected = fixture<{ mmd: Record<string, number> }>('features').mmd['polynomial-unbiased']!
    const result = kid(x, y, { key: key(0), subsets: 1, subsetSize: 200 })
    expect([result.value]).toBeAllClose([expected], { rtol: 1e-11, atol: 0 })
    expect(result.standardError).toBeUndefined()
  })

  it('averages over subsets to the value of the whole', () => {
    const whole = mmd(real, fake, { kernel: polynomial() }).value
    const { value, standardError, standardDeviation: spread, settings } = kid(real, fake, { key: key(1) })
    expect(Math.abs(value - whole)).toBeLessThan((4 * spread!) / Math.sqrt(100))
    expect(settings).toMatchObject({ subsets: 100, subsetSize: 125, kernel: 'polynomial', degree: 3 })
    // More than the naive s/√S: the subsets share samples.
    expect(standardError).toBeGreaterThan(spread! / Math.sqrt(100))
  })

  it('states an error that covers fresh samples', () => {
    const runs = Array.from({ length: 60 }, (_, i) => {
      const fresh = [vectors(300 + i, 300, 4), vectors(400 + i, 300, 4, { shift: 0.3 })] as const
      return kid(...fresh, { key: key(i), subsets: 20, subsetSize: 60 })
    })
    const seen = standardDeviation(runs.map((run) => run.value))!
    const stated = runs.reduce((sum, run) => sum + run.standardError!, 0) / runs.length
    // The spread of 60 runs is itself known to about a tenth.
    expect(stated / seen).toBeGreaterThan(0.7)
    expect(stated / seen).toBeLessThan(1.4)
  })

  it('repeats with its key, and differs with another', () => {
    const at = (seed: number) => kid(real, fake, { key: key(seed), subsets: 5 }).value
    expect(at(3)).toBe(at(3))
    expect(at(3)).not.toBe(at(4))
  })

  it('is near zero for one distribution, and grows with the shift', () => {
    const same = kid(vectors(70, 400, 8), vectors(71, 400, 8), { key: key(0), subsets: 30 })
    expect(Math.abs(same.value)).toBeLessThan(3 * same.standardError!)
    const at = (shift: number) => kid(real, vectors(2, 250, 16, { shift }), { key: key(0), subsets: 10 }).value
    expect(at(0.6)).toBeGreaterThan(at(0.3))
    expect(at(0.3)).toBeGreaterThan(at(0.1))
  })

  it('refuses subsets that are too large, and warns of small ones', () => {
    expect(() => kid(real, fake, { key: key(0), subsetSize: 251 })).toThrow('expected subsetSize ≤ 250')
    expect(() => kid(rowsOf(real, 0, 3), fake, { key: key(0) })).toThrow('at least 4 samples')
    expect(kid(real, fake, { key: key(0), subsets: 2, subsetSize: 50 }).warnings).toHaveLength(1)
    expect(kid(real, fake, { key: key(0), subsets: 2 }).warnings).toEqual([])
  })
})
