/** Buckets: one size a batch, every image as often as any other. */
import { key } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { fill } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { dataset } from '../sets/dataset.ts'
import { bucketed } from './bucketed.ts'

/** Items that are their numbers. */
const numbered = (size: number, shape: number[], classes?: number): Dataset =>
  dataset({
    ...{ size, shape, ...(classes !== undefined && { classes }) },
    take: (indices) => ({ x: fill([indices.length, ...shape], indices[0]!) }),
  })

const [wide, tall] = [numbered(12, [2, 4, 1]), numbered(24, [4, 2, 1])]

const shapesOf = (count: number, seed: number, from = 0) =>
  Array.from({ length: count }, (_, i) => {
    const { x } = bucketed([wide, tall], { size: 4, key: key(seed) }).at(from + i)
    const { shape } = x
    x.dispose()
    return shape.join('×')
  })

describe('bucketed', () => {
  it('gives in an epoch as many batches of each size as it has images', () => {
    for (const epoch of [0, 1, 7]) {
      const shapes = shapesOf(9, 1, 9 * epoch)
      expect(shapes.filter((shape) => shape === '4×2×4×1')).toHaveLength(3)
      expect(shapes.filter((shape) => shape === '4×4×2×1')).toHaveLength(6)
    }
  })

  it('draws another order in each epoch, and the same from the same key', () => {
    expect(shapesOf(36, 1)).toEqual(shapesOf(36, 1))
    expect(shapesOf(36, 1)).not.toEqual(shapesOf(36, 2))
    const epochs = [0, 1, 2, 3].map((epoch) => shapesOf(9, 1, 9 * epoch).join())
    expect(new Set(epochs).size).toBeGreaterThan(1)
  })

  it('gives every item once in an epoch', () => {
    const one = numbered(12, [1, 1, 1])
    const single = bucketed([one], { size: 1, key: key(3) })
    const seen = Array.from({ length: 12 }, (_, i) => {
      const { x } = single.at(12 + i)
      const [value] = x.dataSync()
      x.dispose()
      return value!
    })
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i))
  })

  it.each<[string, readonly Dataset[], string]>([
    ['nothing', [], 'expected at least one dataset, got none'],
    ['other channels', [wide, numbered(4, [4, 4, 3])], 'expected items of 3 axes and 1 channels'],
    ['other axes', [wide, numbered(4, [4, 1])], 'expected items of 3 axes and 1 channels'],
    ['labels in some', [wide, numbered(4, [4, 4, 1], 2)], 'expected no classes, as the first dataset has, got 2'],
  ])('refuses %s', (_name, datasets, message) => {
    expect(() => bucketed(datasets, { size: 4, key: key(0) })).toThrow(`data.bucketed: ${message}`)
  })

  it('refuses sizes and keys that are none', () => {
    expect(() => bucketed([wide], { size: 0, key: key(0) })).toThrow('data.bucketed: expected size')
    expect(() => bucketed([wide], { size: 1, key: 3 as never })).toThrow('data.bucketed: expected key')
  })
})
