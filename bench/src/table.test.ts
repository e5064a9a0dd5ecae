/** What the benchmark computes from its times, by hand. */
import { describe, expect, it } from 'vitest'
import { relativeDifference } from './compare.ts'
import { ours, peer } from './engines/all.ts'
import { flopsOf } from './flops.ts'
import { medianOf } from './measure.ts'
import { sampleOf, spec, valuesOf } from './spec.ts'
import { limitPerCore, table } from './table.ts'

describe('medianOf', () => {
  it('is the middle, or the mean of the two in the middle, by size', () => {
    expect(medianOf([10, 9, 100])).toBe(10)
    expect(medianOf([100, 9, 10, 20])).toBe(15)
  })
})

describe('relativeDifference', () => {
  it('is the largest difference over the largest value', () => {
    expect(relativeDifference([[1, -4]], [[1, -4]])).toBe(0)
    expect(relativeDifference([[1, -4.2]], [[1, -4]])).toBeCloseTo(0.05, 12)
  })
})

describe('flopsOf', () => {
  const call = { milliseconds: 1, cold: false, inputShapes: [], outputShapes: [] }
  it('counts a multiplication and an addition for each product', () => {
    const matMul = {
      ...call,
      name: 'BatchMatMul',
      inputShapes: [
        [1, 2, 3],
        [1, 3, 5],
      ],
      outputShapes: [[1, 2, 5]],
    }
    expect(flopsOf(matMul)).toBe(2 * 2 * 3 * 5)
    const convolution = {
      ...call,
      name: 'Conv2D',
      inputShapes: [
        [1, 4, 4, 3],
        [3, 3, 3, 8],
      ],
      outputShapes: [[1, 4, 4, 8]],
    }
    expect(flopsOf(convolution)).toBe(2 * (4 * 4 * 8) * (3 * 3 * 3))
    expect(flopsOf({ ...call, name: 'Add', inputShapes: [[2], [2]], outputShapes: [[2]] })).toBe(0)
  })
})

describe('valuesOf', () => {
  it('has the mean and the range of its spec, and a sample of it is made of its values', () => {
    const values = valuesOf(spec([50_000], 3, { mean: 2, scale: 0.5 }))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(Math.abs(mean - 2)).toBeLessThan(0.01)
    expect(values.every((value) => value >= 1.5 && value <= 2.5)).toBe(true)
    const all = new Set(values)
    expect(sampleOf(values)).toHaveLength(64)
    expect(sampleOf(values).every((value) => all.has(value))).toBe(true)
  })
})

describe('table', () => {
  const measured = (engine: string, threads: number, milliseconds: number[]) => ({
    engine,
    threads,
    milliseconds,
    median: medianOf(milliseconds),
  })

  it('compares medians, and shows the rate and its share of the limit', () => {
    const measurements = [measured(ours, 2, [12, 10, 11]), measured(peer, 2, [22, 30, 20])]
    const [name, , first, second] = table({ id: 'r', name: 'a row', flops: 11e9 / 10, measurements }).split('\n')
    expect(name).toBe('a row')
    expect(first!.trim().split(/ {2,}/)).toEqual([
      ours,
      '11.0',
      '10.0',
      '0.50',
      '1.00',
      '100.0',
      `${Math.round(5000 / limitPerCore)} %`,
    ])
    expect(second!.trim().split(/ {2,}/).slice(1, 5)).toEqual(['22.0', '20.0', '1.00', '2.00'])
  })

  it('says why an engine has no time', () => {
    const measurements = [
      { engine: 'a', threads: 1, failure: 'no memory' },
      { engine: 'b', threads: 1, leftOut: 'takes minutes' },
    ]
    const text = table({ id: 'r', name: 'a row', flops: 0, measurements })
    expect(text).toContain('FAILS: no memory')
    expect(text).toContain('– takes minutes')
  })
})
