/** Rows in batches are those made at once, and nothing is left when they are stopped. */
import { memory, type Tensor2D, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { key, normal, useBackend } from '../index.ts'
import { inBatches } from './in-batches.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const make = (offset: number, rows: number) => normal(key(1), [rows, 3], { offset }) as Tensor2D

it.each([1, 2, 3, 5, 7])('gives all rows, in order, in batches of %i', async (batchSize) => {
  const whole = make(0, 5)
  const sizes: number[] = []
  const parts = await inBatches('demo.f', { count: 5, batchSize }, (from, rows) => {
    sizes.push(rows)
    return make(from, rows)
  })
  expect([...parts.dataSync()]).toEqual([...whole.dataSync()])
  expect(sizes.reduce((sum, rows) => sum + rows)).toBe(5)
  expect(Math.max(...sizes)).toBe(Math.min(5, batchSize))
  for (const tensor of [whole, parts]) tensor.dispose()
})

it('stops between two batches, and leaves nothing', async () => {
  const before = memory().numTensors
  const stop = new AbortController()
  const made = inBatches('demo.f', { count: 6, batchSize: 2, signal: stop.signal }, (from, rows) => {
    if (from === 2) stop.abort()
    return make(from, rows)
  })
  await expect(made).rejects.toThrow('demo.f: expected 6 rows, got stopped by the signal after 4')
  await expect(made).rejects.toMatchObject({ code: 'aborted' })
  expect(memory().numTensors).toBe(before)
})

it('leaves nothing when a batch fails', async () => {
  const before = memory().numTensors
  const failing = (from: number) => {
    if (from > 0) throw new Error('no more')
    return zeros([2, 1])
  }
  await expect(inBatches('demo.f', { count: 4, batchSize: 2 }, failing)).rejects.toThrow('no more')
  expect(memory().numTensors).toBe(before)
})

it.each([
  [{ count: 0, batchSize: 2 }, 'range'],
  [{ count: 2, batchSize: 0 }, 'range'],
  [{ count: 2.5, batchSize: 2 }, 'value'],
  [{ count: 2, batchSize: Number.NaN }, 'value'],
])('refuses %j', async (options, code) => {
  await expect(inBatches('demo.f', options, make)).rejects.toMatchObject({ code })
})
