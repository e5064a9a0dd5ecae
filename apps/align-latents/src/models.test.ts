import { key, uniform, useBackend } from '@gen/backend'
import { locate } from '@gen/latent-tools'
import { adam, fit, last, noBatches } from '@gen/train'
import { div, engine, norm, type Tensor, type Tensor4D, tidy, type Variable } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildModel, modelNames } from './models.ts'
import { alignPair, type Pair } from './pair.ts'
import { unexplained } from './unexplained.ts'

const shape = [8, 8, 3] as const
const images = (count: number, seed = 0): Tensor4D => uniform(key(seed), [count, ...shape]) as Tensor4D

beforeAll(async () => {
  await useBackend()
})

let standing: Set<Variable>
beforeEach(() => {
  standing = new Set(Object.values(engine().registeredVariables))
})
afterEach(() => {
  for (const made of Object.values(engine().registeredVariables)) if (!standing.has(made)) made.dispose()
})

/** Mean squared difference. */
function error(a: Tensor, b: Tensor): number {
  const [x, y] = [a.dataSync<'float32'>(), b.dataSync<'float32'>()]
  return x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / x.length
}

describe('the six models', () => {
  it.each(modelNames)('%s trains, places images in its space and makes images of its codes', async (name) => {
    const { latent, stages } = buildModel(name, shape, key(1))
    for (const { trainable, initialize, fromData } of stages) {
      const x = images(16)
      initialize?.(x)
      x.dispose()
      const batches = fromData ? { at: (i: number) => ({ x: images(4, i + 1) }) } : noBatches
      const { step } = await last(fit<object>(trainable, batches, { steps: 1, optimizer: adam(), key: key(2) }))
      expect(step).toBe(1)
    }
    const x = images(3)
    const { z, error: missed } = await locate(latent, x)
    const back = await latent.decode(z)
    expect([z.shape, back.shape]).toEqual([[3, latent.latentSize], x.shape])
    // Invertible models bring the images back: the flow to rounding, the diffusion model to its solver's error, which for
    // 20 steps and a network that knows nothing is some hundredths of their variance, 1/12.
    if (name === 'flow') expect(error(back, x)).toBeLessThan(1e-8)
    if (name === 'diffusion') expect(error(back, x)).toBeLessThan(0.05 / 12)
    for (const tensor of [x, z, missed, back]) tensor.dispose()
  })

  it('two trainings of one VAE start from different weights', () => {
    const [first, second] = (['vae-1', 'vae-2'] as const).map((name) => buildModel(name, shape, key(1)))
    const x = images(1)
    const [a, b] = [first!, second!].map(({ latent }) => latent.encode!(x) as Tensor)
    expect(error(a!, b!)).toBeGreaterThan(1e-3)
    for (const tensor of [x, a!, b!]) tensor.dispose()
  })
})

it('a pair has its errors, its curve and its picture', async () => {
  const [a, b] = (['vae-1', 'vae-2'] as const).map((name) => buildModel(name, shape, key(1)).latent)
  const x = images(160)
  const codes = [a!, b!].map((model) => {
    const z = model.encode!(x) as Tensor
    const data = Float32Array.from(z.dataSync<'float32'>())
    z.dispose()
    return { rows: 160, columns: model.latentSize, data }
  })
  const context = { seed: 0, minutes: 1, scratch: '', progress: () => undefined }
  const { numbers, report, picture } = await alignPair({
    names: ['vae-1', 'vae-2'],
    models: [a!, b!],
    codes: [codes[0]!, codes[1]!],
    images: x,
    attributes: {},
    context,
  })
  x.dispose()
  expect(numbers.curve.map(({ size }) => size)).toEqual([8, 16, 32, 64, 128])
  expect(Object.keys(numbers.methods)).toEqual(['affine', 'orthogonal', 'lortho', 'pls', 'sgd', 'mlp'])
  expect(report).toContain('# vae-1 → vae-2')
  expect([...picture!.slice(1, 4)]).toEqual([0x50, 0x4e, 0x47])
})

it('nothing is unexplained where one space is the other, turned, and all codes are of one length', async () => {
  const { latent } = buildModel('vae-1', shape, key(1))
  const x = images(160)
  const z = latent.encode!(x) as Tensor
  const unit = tidy(() => div(z, norm(z, 2, 1, true)))
  const data = Float32Array.from(unit.dataSync<'float32'>())
  unit.dispose()
  const own = { rows: 160, columns: latent.latentSize, data }
  // Another basis: codes backwards.
  const other = { ...own, data: data.map((_, i) => data[i - 2 * (i % own.columns) + own.columns - 1]!) }
  const context = { seed: 0, minutes: 1, scratch: '', progress: () => undefined }
  const pair: Pair = {
    ...{ names: ['a', 'b'], models: [latent, latent], codes: [other, own] },
    ...{ images: x, attributes: {}, context },
  }
  const { share, mapped, lengthened, filled } = await unexplained(pair, 1e-9)
  expect(share).toBeCloseTo(1, 6)
  expect([lengthened / mapped, filled / mapped]).toBeAllClose([1, 1], { rtol: 1e-4 })
  x.dispose()
  z.dispose()
})
