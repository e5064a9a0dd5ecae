import { key } from '@gen/backend'
import type { Batch, Dataset } from '@gen/model'
import { dispose, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { mnist } from './mnist.ts'
import { stackedMnist } from './stacked-mnist.ts'

const read = ({ x, labels }: Batch): { x: Float32Array; labels: number[] } => {
  const values = { x: x.dataSync() as Float32Array, labels: [...((labels as Tensor).dataSync() as Int32Array)] }
  dispose([x, labels as Tensor])
  return values
}

describe('stacked MNIST', () => {
  let stacked: Dataset
  let digits: Dataset
  beforeAll(async () => {
    stacked = await stackedMnist({ split: 'test', key: key(5) })
    digits = await mnist({ split: 'test' })
  })

  it('has a digit in each channel, and their number as label', () => {
    expect([stacked.size, stacked.shape, stacked.classes]).toEqual([128_000, [28, 28, 3], 1000])
    const all = read(digits.take(Array.from({ length: digits.size }, (_, i) => i)))
    // Digits by their pixels' sum: almost unique, so that few need comparing.
    const bySum = new Map<number, number[]>()
    const picture = (i: number): Float32Array => all.x.subarray(i * 784, (i + 1) * 784)
    const sumOf = (x: Float32Array): number => x.reduce((sum, v) => sum + Math.round(v * 255), 0)
    for (let i = 0; i < digits.size; i++) bySum.set(sumOf(picture(i)), [...(bySum.get(sumOf(picture(i))) ?? []), i])
    const { x, labels } = read(stacked.take([0, 1, 127_999, 4, 5]))
    for (const [item, label] of labels.entries()) {
      const found = [0, 1, 2].map((channel) => {
        const plane = x.subarray(item * 2352, (item + 1) * 2352).filter((_, i) => i % 3 === channel)
        const same = (bySum.get(sumOf(plane)) ?? []).find((i) => picture(i).every((v, p) => v === plane[p]))
        return all.labels[same ?? -1] as number
      })
      expect(label).toBe(100 * (found[0] as number) + 10 * (found[1] as number) + (found[2] as number))
    }
  })

  it('depends on the key and the number only', async () => {
    const again = await stackedMnist({ split: 'test', key: key(5), count: 50 })
    expect(again.size).toBe(50)
    expect(read(again.take([49, 3]))).toEqual(read(stacked.take([49, 3])))
    const other = await stackedMnist({ split: 'test', key: key(6), count: 50 })
    expect(read(other.take([49, 3])).x).not.toEqual(read(stacked.take([49, 3])).x)
  })

  it('has all thousand modes, about equally often', () => {
    const counts = new Array<number>(1000).fill(0)
    for (let first = 0; first < 20_000; first += 2000) {
      const { labels } = read(stacked.take(Array.from({ length: 2000 }, (_, i) => first + i)))
      for (const label of labels) counts[label] = (counts[label] as number) + 1
    }
    // 20 expected; the rarest digits (5: 8.9 %) give 14, the most frequent (1: 11.4 %) 29; 4 deviations around these.
    expect(Math.min(...counts)).toBeGreaterThan(14 - 4 * Math.sqrt(14) - 1)
    expect(Math.min(...counts)).toBeGreaterThan(0)
    expect(Math.max(...counts)).toBeLessThan(29 + 4 * Math.sqrt(29) + 1)
  })

  it('refuses counts that are none', async () => {
    await expect(stackedMnist({ key: key(0), count: 0 })).rejects.toThrow(/data.stackedMnist: .*count/)
  })
})
