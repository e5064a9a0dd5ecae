/** Labels given as tensors: checked by value wherever they are taken, in every batch, on every kind of device. */
import { key, useBackend } from '@gen/backend'
import { adam, fit } from '@gen/train'
import { fill, ones, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Diffusion, type DiffusionBatch, ddim, diffusion, levelOf, pointDenoiser } from './index.ts'

const device = vi.hoisted(() => ({ readsAtOnce: true }))
vi.mock('../../backend/src/backends/active.ts', async (original) => ({
  ...(await original<object>()),
  readsAtOnce: () => device.readsAtOnce,
}))

const network = () => pointDenoiser({ size: 2, classes: 3, hidden: [4], key: key(0) })
let models: [always: Diffusion, dropping: Diffusion]

beforeAll(async () => {
  await useBackend('simd')
  models = [diffusion({ network: network(), classes: 3, dropLabel: 0 }), diffusion({ network: network(), classes: 3 })]
})

afterAll(() => {
  for (const { players } of models) for (const variable of players[0].variables()) variable.dispose()
})

afterEach(() => {
  device.readsAtOnce = true
})

const x = () => ones([3, 2])
const alpha = () => fill([3], 0.5) as Tensor1D
const labelsWith = (value: number) => tensor1d([0, value, 2])
const batch = (labels: Tensor1D): DiffusionBatch => ({ x: x(), labels })
const refusal = /expected labels from 0 to 2.*, got/

const synchronous: Record<string, (labels: Tensor1D, model: Diffusion) => Tensor> = {
  denoise: (label, model) => model.denoise(x(), alpha(), { label }),
  predictClean: (label, model) => model.predictClean(x(), alpha(), { label }),
  'predictAt’s ε': (label, model) => model.predictAt(x(), levelOf(0.5), { label }).eps,
  'predictAt’s x̂₀': (label, model) => model.predictAt(x(), levelOf(0.5), { label }).clean,
  loss: (labels, model) => model.players[0].loss(batch(labels), key(1)).total,
}

const asynchronous: Record<string, (labels: Tensor1D, model: Diffusion) => Promise<Tensor>> = {
  sample: (labels, model) => model.sample({ count: 3, key: key(1), sampler: ddim({ steps: 2 }), labels }),
  encode: async (labels, model) => {
    const data = x()
    return await model.encode(data, { steps: 2, labels }).finally(() => data.dispose())
  },
}

describe.each([4, -1, 0.5, Number.NaN])('label %f of 3 classes', (value) => {
  it.each(Object.keys(synchronous))('is refused by %s', (name) => {
    for (const model of models) {
      expect(() => tidy(() => void synchronous[name]!(labelsWith(value), model))).toThrow(refusal)
    }
  })

  it.each(Object.keys(asynchronous))('is refused by %s', async (name) => {
    for (device.readsAtOnce of [true, false]) {
      const labels = labelsWith(value)
      await expect(asynchronous[name]!(labels, models[1])).rejects.toThrow(refusal)
      labels.dispose()
    }
  })

  it.each(Object.keys(synchronous))('on a GPU shows as NaN in its row alone: %s', (name) => {
    device.readsAtOnce = false
    for (const model of models) {
      tidy(() => {
        const result = synchronous[name]!(labelsWith(value), model)
        const numbers = [...result.dataSync()]
        const wanted = numbers.map((_, i) => result.rank === 0 || Math.floor((3 * i) / numbers.length) === 1)
        expect(numbers.map(Number.isNaN)).toEqual(wanted)
      })
    }
  })
})

it('of no class may be told to a denoiser, and not trained on', () => {
  const [model] = models
  tidy(() => {
    expect([...model.denoise(x(), alpha(), { label: labelsWith(3) }).dataSync()].every(Number.isFinite)).toBe(true)
    expect(() => model.players[0].loss(batch(labelsWith(3)), key(1))).toThrow('got 3; raise classes')
  })
})

it.each([true, false])(
  'ends fit where it first comes, naming the batch (readable at once: %s)',
  async (readsAtOnce) => {
    device.readsAtOnce = readsAtOnce
    const at = (index: number) => batch(labelsWith(index < 3 ? 1 : 7))
    const steps: number[] = []
    const run = async () => {
      for await (const { step } of fit(models[1], { at }, { steps: 9, optimizer: adam(), key: key(1) }))
        steps.push(step)
    }
    const message = 'diffusion.loss: expected labels from 0 to 2, got 7; raise classes (batch 3)'
    await expect(run()).rejects.toMatchObject({ code: 'range', message, details: { batch: 3, label: 7, classes: 3 } })
    expect(steps).toEqual([1, 2, 3])
  },
)
