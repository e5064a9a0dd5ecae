import { matrix } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import type { FeatureMeasurement } from '../measurement.ts'
import { clusters, fixture, rowsOf, uniform, vectors } from '../testing.ts'
import { prdc } from './prdc.ts'

const real = vectors(1, 300, 16)
const fake = vectors(2, 250, 16, { spread: 0.9, shift: 0.1 })
const centers = Array.from({ length: 10 }, (_, i) => Array.from({ length: 6 }, (_, j) => 8 * uniform(900 + i, 6)[j]!))
const numbers = (result: object) => {
  return Object.fromEntries(
    Object.entries(result).map(([name, { value }]: [string, FeatureMeasurement]) => [name, value]),
  )
}

describe('prdc', () => {
  const reference = fixture<{ prdc: Record<string, Record<string, number>> }>('features').prdc

  it.each([3, 5])('equals the package prdc with %i neighbors', (neighbors) => {
    const ours = numbers(prdc(real, fake, { neighbors }))
    for (const name of ['precision', 'recall', 'density', 'coverage']) {
      expect([ours[name]!]).toBeAllClose([reference[neighbors]![name]!], { rtol: 1e-14 })
    }
  })

  it('equals a count by hand', () => {
    // Radii of the nearest other: real 1, 1, 3 at 0, 1, 4; fake 6, 6 at 2.5, 8.5.
    const { precision, recall, density, coverage } = prdc(matrix([[0], [1], [4]]), matrix([[2.5], [8.5]]), {
      neighbors: 1,
    })
    // 2.5 lies within 3 of 4 only; 8.5 in no ball.
    expect([precision.value, density.value]).toEqual([0.5, 0.5])
    expect(recall.value).toBe(1)
    expect([coverage.value]).toBeAllClose([1 / 3])
    expect(precision.samples).toEqual({ real: 3, fake: 2 })
  })

  it('is all ones for a set against itself', () => {
    const { precision, recall, coverage } = numbers(prdc(real, real))
    expect([precision, recall, coverage]).toEqual([1, 1, 1])
  })

  it('exchanges precision and recall when the sets are exchanged', () => {
    const [there, back] = [numbers(prdc(real, fake)), numbers(prdc(fake, real))]
    expect([there.precision, there.recall]).toEqual([back.recall, back.precision])
  })

  it('does not depend on the order of the samples or on where the blocks end', () => {
    const reversed = { ...real, data: real.data.slice() }
    for (let i = 0; i < 300; i++) reversed.data.set(real.data.subarray((299 - i) * 16, (300 - i) * 16), i * 16)
    expect(numbers(prdc(reversed, fake))).toEqual(numbers(prdc(real, fake)))
  })

  it('sees a dropped class in recall and coverage, not in precision', () => {
    const data = clusters(910, centers, 60, 0.5)
    const whole = numbers(prdc(data, clusters(911, centers, 60, 0.5)))
    const dropped = numbers(prdc(data, clusters(911, centers.slice(0, 6), 100, 0.5)))
    expect(whole.recall).toBeGreaterThan(0.9)
    expect(dropped.recall).toBeLessThan(0.65)
    expect(dropped.coverage).toBeLessThan(whole.coverage! - 0.3)
    expect(Math.abs(dropped.precision! - whole.precision!)).toBeLessThan(0.05)
  })

  it('sees noise in precision and density, not first in recall', () => {
    const data = clusters(910, centers, 60, 0.5)
    const at = (deviation: number) => numbers(prdc(data, clusters(911, centers, 60, deviation)))
    const [clean, some, much] = [at(0.5), at(1), at(2)]
    expect(some.precision).toBeLessThan(clean.precision! - 0.2)
    expect(much.precision).toBeLessThan(some.precision! - 0.1)
    expect(much.density).toBeLessThan(some.density!)
    expect(some.recall).toBeGreaterThan(0.9)
  })

  it('takes duplicates: equal samples are exactly 0 apart', () => {
    const twice = matrix([
      [0.1, 0.7],
      [0.1, 0.7],
      [0.3, 0.2],
      [0.3, 0.2],
    ])
    const { precision, coverage } = prdc(twice, twice, { neighbors: 1 })
    // Every radius is 0, and nothing is nearer than that.
    expect([precision.value, coverage.value]).toEqual([0, 0])
  })

  it('refuses what it cannot measure, and warns of different counts', () => {
    expect(() => prdc(rowsOf(real, 0, 5), fake)).toThrow('metrics.prdc: expected real with at least 6 samples')
    expect(() => prdc(real, fake, { neighbors: 0 })).toThrow('expected neighbors an integer ≥ 1')
    expect(() => prdc({ ...real, data: real.data.map((x) => x * 1e200) }, fake)).toThrow('scale the features down')
    expect(prdc(real, fake).recall.warnings).toHaveLength(1)
    expect(prdc(real, real).recall.warnings).toEqual([])
  })
})
