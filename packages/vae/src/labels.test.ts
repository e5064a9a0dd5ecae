/** Labels given as tensors: checked by value wherever they are taken, in every batch, on every kind of device. */

import { key, useBackend } from '@gen/backend'
import type { Batch } from '@gen/model'
import { adam, fit, last } from '@gen/train'
import { engine, ones, type Tensor, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { diagnose } from './diagnosis/index.ts'
import { codeBatches, conditionalVae, encodeData, mlpNetworks, type Vae } from './index.ts'

const device = vi.hoisted(() => ({ readsAtOnce: true }))
vi.mock('../../backend/src/backends/active.ts', async (original) => ({
  ...(await original<object>()),
  readsAtOnce: () => device.readsAtOnce,
}))

let model: Vae

beforeAll(async () => {
  await useBackend('simd')
  const network = mlpNetworks({ widths: [4] })
  model = conditionalVae({ shape: [2], latentSize: 2, classes: 3, network, key: key(0) })
})

afterAll(() => model.dispose())

afterEach(() => {
  device.readsAtOnce = true
})

const x = () => ones([3, 2])
const labelsWith = (value: number) => tensor1d([0, value, 2])
const batch = (labels: Tensor1D): Batch => ({ x: x(), labels })
const refusal = /expected labels from 0 to 2, got/

const calls: Record<string, (labels: Tensor1D) => Tensor[] | Promise<Tensor>> = {
  posterior: (labels) => Object.values(model.posterior(x(), { labels })),
  encode: (labels) => [model.encode(x(), { labels })],
  decode: (labels) => [model.decode(ones([3, 2]), { labels })],
  reconstruct: (labels) => [model.reconstruct(x(), { labels })],
  sample: (labels) => model.sample({ count: 3, key: key(1), labels, batchSize: 2 }),
  noise: (labels) => model.sample({ count: 3, key: key(1), labels, noise: true }),
  elbo: (labels) => [model.elbo(x(), key(1), { labels })],
  loss: (labels) => [model.players[0].loss(batch(labels), key(1)).total],
}

/** What a call gives; all tensors on the way are freed. */
async function read(name: string, value: number): Promise<{ rank: number; numbers: number[] }[]> {
  engine().startScope()
  try {
    const made = await calls[name]!(labelsWith(value))
    return [made].flat().map((tensor) => ({ rank: tensor.rank, numbers: [...tensor.dataSync()] }))
  } finally {
    engine().endScope()
  }
}

const asynchronous: Record<string, (value: number) => Promise<unknown>> = {
  logMarginal: (value) => {
    const [data, labels] = [x(), labelsWith(value)]
    const found = model.logMarginal(data, { samples: 2, key: key(1), labels })
    return found.finally(() => {
      data.dispose()
      labels.dispose()
    })
  },
  diagnose: (value) => diagnose(model, { size: 3, take: () => batch(labelsWith(value)) }, { key: key(1) }),
  encodeData: async (value) => {
    ;(await encodeData(model, { size: 3, take: () => batch(labelsWith(value)) })).dispose()
  },
  codeBatches: async (value) => {
    const codes = codeBatches(model, { at: () => batch(labelsWith(value)) }, { key: key(1) })
    ;(await codes.at(0)).x.dispose()
  },
}

describe.each([3, -1, 0.5, Number.NaN])('label %f of 3 classes', (value) => {
  it.each(Object.keys(calls))('is refused by %s', async (name) => {
    await expect(read(name, value)).rejects.toThrow(refusal)
  })

  it.each(Object.keys(asynchronous))('is refused by %s', async (name) => {
    await expect(asynchronous[name]!(value)).rejects.toThrow(refusal)
  })

  it.each(Object.keys(calls))('on a GPU shows as NaN in its row alone: %s', async (name) => {
    device.readsAtOnce = false
    for (const { rank, numbers } of await read(name, value)) {
      const inRow = numbers.length / 3
      const wanted = numbers.map((_, i) => rank === 0 || Math.floor(i / inRow) === 1)
      expect(numbers.map(Number.isNaN)).toEqual(wanted)
    }
  })

  it.each(['logMarginal', 'diagnose'])('on a GPU is refused by %s, which waits', async (name) => {
    device.readsAtOnce = false
    await expect(asynchronous[name]!(value)).rejects.toThrow(refusal)
  })
})

it.each(Object.keys(calls))('of its classes change nothing between a host and a GPU: %s', async (name) => {
  const host = await read(name, 1)
  device.readsAtOnce = false
  expect(await read(name, 1)).toEqual(host)
  expect(host.flatMap(({ numbers }) => numbers).every(Number.isFinite)).toBe(true)
})

it.each([true, false])(
  'ends fit where it first comes, naming the batch (readable at once: %s)',
  async (readsAtOnce) => {
    device.readsAtOnce = readsAtOnce
    const at = (index: number) => batch(labelsWith(index < 3 ? 1 : 7))
    const steps: number[] = []
    const run = async () => {
      for await (const event of fit(model, { at }, { steps: 9, optimizer: adam(), key: key(1) })) steps.push(event.step)
    }
    const message = 'vae.loss: expected labels from 0 to 2, got 7; raise classes (batch 3)'
    await expect(run()).rejects.toMatchObject({ code: 'range', message, details: { batch: 3, label: 7, classes: 3 } })
    expect(steps).toEqual([1, 2, 3])
  },
)

it('may be of a class above the labels of any one batch', async () => {
  const end = await last(
    fit(model, { at: (i) => batch(labelsWith(i % 3)) }, { steps: 3, optimizer: adam(), key: key(1) }),
  )
  expect(end.step).toBe(3)
})
