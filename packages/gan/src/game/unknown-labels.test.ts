/** Labels given as tensors: checked by value wherever they are taken, in every batch, on every kind of device. */

import { key, useBackend } from '@gen/backend'
import type { Batch } from '@gen/model'
import { adam, fit } from '@gen/train'
import { engine, ones, type Tensor, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Gan, projectionGan } from '../index.ts'

const device = vi.hoisted(() => ({ readsAtOnce: true }))
vi.mock('../../../backend/src/backends/active.ts', async (original) => ({
  ...(await original<object>()),
  readsAtOnce: () => device.readsAtOnce,
}))

let model: Gan

beforeAll(async () => {
  await useBackend('simd')
  model = projectionGan({ shape: [2], latentSize: 2, classes: 3, widths: [4], key: key(0) })
})

afterAll(() => model.dispose())

afterEach(() => {
  device.readsAtOnce = true
})

const x = () => ones([3, 2])
const labelsWith = (value: number) => tensor1d([0, value, 2])
const batch = (labels: Tensor1D): Batch => ({ x: x(), labels })
const refusal = /expected labels from 0 to 2, got/

const calls: Record<string, (labels: Tensor1D) => Tensor | Promise<Tensor>> = {
  decode: (labels) => model.decode(ones([3, 2]), { labels }),
  sample: (labels) => model.sample({ count: 3, key: key(1), labels, batchSize: 2 }),
  score: (labels) => model.score(x(), { labels }),
  'the loss of the discriminator': (labels) => model.players[0].loss(batch(labels), key(1)).total,
  'the loss of the generator': (labels) => model.players[1].loss(batch(labels), key(1)).total,
}

/** What a call gives; all tensors on the way are freed. */
async function read(name: string, value: number): Promise<{ rank: number; numbers: number[] }> {
  engine().startScope()
  try {
    const made = await calls[name]!(labelsWith(value))
    return { rank: made.rank, numbers: [...made.dataSync()] }
  } finally {
    engine().endScope()
  }
}

describe.each([3, -1, 0.5, Number.NaN])('label %f of 3 classes', (value) => {
  it.each(Object.keys(calls))('is refused by %s', async (name) => {
    await expect(read(name, value)).rejects.toThrow(refusal)
  })

  it.each(Object.keys(calls))('on a GPU shows as NaN in its row alone: %s', async (name) => {
    device.readsAtOnce = false
    const { rank, numbers } = await read(name, value)
    const wanted = numbers.map((_, i) => rank === 0 || Math.floor((3 * i) / numbers.length) === 1)
    expect(numbers.map(Number.isNaN)).toEqual(wanted)
  })
})

it.each(Object.keys(calls))('of its classes change nothing between a host and a GPU: %s', async (name) => {
  const host = await read(name, 1)
  device.readsAtOnce = false
  expect(await read(name, 1)).toEqual(host)
  expect(host.numbers.every(Number.isFinite)).toBe(true)
})

it.each([true, false])(
  'ends fit where it first comes, naming the batch (readable at once: %s)',
  async (readsAtOnce) => {
    device.readsAtOnce = readsAtOnce
    // Batches 2i and 2i + 1 are those of the two players.
    const at = (index: number) => batch(labelsWith(index < 5 ? 1 : 7))
    const steps: number[] = []
    const run = async () => {
      for await (const event of fit(model, { at }, { steps: 9, optimizer: adam(), key: key(1) })) steps.push(event.step)
    }
    const message = 'gan.loss: expected labels from 0 to 2, got 7; raise classes (batch 5)'
    await expect(run()).rejects.toMatchObject({ code: 'range', message, details: { batch: 5, label: 7, classes: 3 } })
    expect(steps).toEqual([1, 2])
  },
)
