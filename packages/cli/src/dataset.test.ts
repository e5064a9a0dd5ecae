/** Held-out data are not training data, whatever the name. */
import { toyNames } from '@gen/data'
import { describe, expect, it } from 'vitest'
import { openDataset, openSplit } from './dataset.ts'

const names = ['mnist', 'stacked-mnist', ...toyNames]

async function rows(name: string, split: 'train' | 'test', count: number): Promise<string[]> {
  const { dataset } = await openSplit(name, split)
  const { x, labels } = dataset.take(Array.from({ length: Math.min(count, dataset.size) }, (_, i) => i))
  const values = await x.data()
  const size = values.length / x.shape[0]
  x.dispose()
  labels?.dispose()
  return Array.from({ length: values.length / size }, (_, i) => values.subarray(i * size, (i + 1) * size).join())
}

describe('openSplit', () => {
  it.each(names)(
    'of %s gives test data that training has not seen',
    async (name) => {
      const count = name.includes('mnist') ? 500 : 5000
      const [train, test] = [new Set(await rows(name, 'train', count)), await rows(name, 'test', count)]
      expect(test.length).toBe(count)
      // Of discrete data, two of many draws may be alike; none of these are.
      expect(test.filter((row) => train.has(row))).toEqual([])
      expect((await openSplit(name, 'test')).split).toBe('test')
    },
    60_000,
  )

  it('of faces draws others for the test', async () => {
    const attributes = async (split: 'train' | 'test') => {
      const { dataset } = await openSplit('faces', split)
      const known = (dataset as unknown as { attributes: Record<string, Int32Array> }).attributes
      return Object.values(known).map((values) => values.slice(0, 500).join())
    }
    const [train, test] = [await attributes('train'), await attributes('test')]
    for (const [i, sequence] of train.entries()) expect(test[i]).not.toBe(sequence)
  })

  it('gives the training part to train on', async () => {
    const { x, labels } = (await openDataset('moons')).take([0, 1, 2])
    const seen = new Set(await rows('moons', 'train', 3))
    const values = await x.data()
    expect(seen.has(values.subarray(0, 2).join())).toBe(true)
    x.dispose()
    labels?.dispose()
  })
})
