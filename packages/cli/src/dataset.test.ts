/** Law: what a command measures on was not trained on. @module */
import { dispose } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { openDataset, openSplit } from './dataset.ts'

/** Some items as text; equal items are equal texts. */
function itemsOf({ take, size }: Awaited<ReturnType<typeof openDataset>>, count: number): string[] {
  const { x, labels } = take(Array.from({ length: Math.min(size, count) }, (_, i) => i))
  const width = x.size / (x.shape[0] as number)
  const values = x.dataSync()
  dispose(labels ? [x, labels] : [x])
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width).join())
}

describe.each([
  ['moons', 50_000],
  ['gaussianRing', 50_000],
  ['gaussianGrid', 50_000],
  ['checkerboard', 50_000],
  ['spirals', 50_000],
  ['pinwheel', 50_000],
  ['swissRoll', 50_000],
  ['mnist', 3000],
  ['stacked-mnist', 3000],
] as const)('%s', (name, count) => {
  it('trains on one part, as train says, and measures on another', async () => {
    const [train, { dataset: test, split }] = [await openDataset(name), await openSplit(name, 'test')]
    expect(split).toBe('test')
    const trained = new Set(itemsOf(train, count))
    expect(trained.size).toBeGreaterThan(0.99 * Math.min(train.size, count))
    const measured = itemsOf(test, count)
    expect(measured.length).toBeGreaterThan(1000)
    expect(measured.filter((item) => trained.has(item))).toEqual([])
  })
})
