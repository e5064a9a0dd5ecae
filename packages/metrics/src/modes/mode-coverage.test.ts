import { matrix } from '@gen/linear-algebra'
import { cast, memory, oneHot, reshape, type Tensor2D, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { clusters } from '../testing.ts'
import { gridModes, ringModes, stackedLabels } from './known-modes.ts'
import { labelCoverage, modeCoverage } from './mode-coverage.ts'

const centersOf = ({ rows, data }: ReturnType<typeof ringModes>) => {
  return Array.from({ length: rows }, (_, i) => [data[2 * i]!, data[2 * i + 1]!])
}

describe('ringModes and gridModes', () => {
  it('stand where they should', () => {
    expect(ringModes({ modes: 4, radius: 2 }).data).toBeAllClose([2, 0, 0, 2, -2, 0, 0, -2], { atol: 1e-15 })
    expect([...gridModes({ side: 3, spacing: 2 }).data]).toEqual([
      -2, -2, -2, 0, -2, 2, 0, -2, 0, 0, 0, 2, 2, -2, 2, 0, 2, 2,
    ])
    expect(gridModes().rows).toBe(25)
  })
})

describe('modeCoverage', () => {
  it('finds all modes of samples from all', () => {
    const result = modeCoverage(clusters(1, centersOf(gridModes()), 40, 0.05), gridModes(), { deviation: 0.05 })
    expect(result).toMatchObject({ value: 25, modes: 25, reverseKl: 0, samples: { fake: 1000 }, warnings: [] })
    expect(result.highQuality).toBeGreaterThan(0.97)
  })

  it('counts collapsed modes, and their reverse KL by hand', () => {
    const collapsed = modeCoverage(clusters(2, centersOf(ringModes()).slice(0, 2), 100, 0.02), ringModes(), {
      deviation: 0.02,
    })
    expect(collapsed.value).toBe(2)
    expect([collapsed.reverseKl]).toBeAllClose([Math.log(8 / 2)])
    expect(collapsed.counts).toEqual([100, 100, 0, 0, 0, 0, 0, 0])
  })

  it('counts a far sample for its mode, but not as quality', () => {
    const centers = matrix([
      [0, 0],
      [10, 0],
    ])
    const { value, highQuality, counts } = modeCoverage(
      matrix([
        [0.2, 0.2],
        [4.9, 0],
        [9, 0],
      ]),
      centers,
      { deviation: 0.1 },
    )
    expect(value).toBe(1)
    expect(highQuality).toBeCloseTo(1 / 3, 12)
    expect(counts).toEqual([2, 1])
    expect(modeCoverage(matrix([[0.2, 0.2]]), centers, { deviation: 0.1, minimum: 2 }).value).toBe(0)
  })

  it('refuses what does not fit', () => {
    expect(() => modeCoverage(matrix([[0, 0, 0]]), ringModes(), { deviation: 1 })).toThrow(
      'got 2 in centers and 3 in samples',
    )
    expect(() => modeCoverage(matrix([[0, 0]]), ringModes(), { deviation: 0 })).toThrow(
      'expected deviation a number > 0',
    )
  })
})

describe('labelCoverage', () => {
  it('counts labels, and compares shares with the target', () => {
    const even = labelCoverage([0, 1, 2, 0, 1, 2], { modes: 3 })
    expect(even).toMatchObject({ value: 3, reverseKl: 0, counts: [2, 2, 2] })
    const uneven = labelCoverage([0, 0, 0, 1], { modes: 2, target: [100, 300] })
    expect([uneven.reverseKl]).toBeAllClose([0.75 * Math.log(3) + 0.25 * Math.log(1 / 3)])
    expect(labelCoverage([0, 0, 1], { modes: 5, minimum: 2 })).toMatchObject({ value: 1 })
    expect(labelCoverage([1], { modes: 1000 }).warnings).toHaveLength(1)
  })

  it('refuses what is no label', () => {
    expect(() => labelCoverage([], { modes: 3 })).toThrow('at least 1 label')
    expect(() => labelCoverage([3], { modes: 3 })).toThrow('expected label 0 an integer ≥ 0 and ≤ 2')
    expect(() => labelCoverage([0], { modes: 2, target: [1, 0] })).toThrow('give every mode a share')
  })
})

describe('stackedLabels', () => {
  // An image of one number, which is its class.
  const classify = (images: Tensor4D) =>
    tidy(() => cast(oneHot(cast(reshape(images, [-1]), 'int32'), 10), 'float32') as Tensor2D)

  it('reads the channels as a decimal number', () => {
    const images = tensor4d([7, 0, 3, 9, 9, 9], [2, 1, 1, 3])
    const before = memory().numTensors
    const labels = stackedLabels(images, classify)
    expect(memory().numTensors).toBe(before)
    expect([...labels]).toEqual([703, 999])
    expect(labelCoverage(labels, { modes: 1000 }).value).toBe(2)
    expect(() => stackedLabels(images, classify, 9)).toThrow('expected classify(images) of shape [2, 9], got [2, 10]')
    images.dispose()
  })
})
