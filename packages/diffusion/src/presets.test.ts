/** The presets learn: each comes near a known distribution in some hundred steps. */
import { fold, key, useBackend } from '@gen/backend'
import { adamW, type Batches, fit, last } from '@gen/train'
import { tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { drawMixture, energyDistance, rowsOf, triple } from './fixtures/mixture.ts'
import {
  cosineDiffusion,
  type Diffusion,
  type DiffusionBatch,
  type DiffusionPresetOptions,
  ddim,
  ddpm,
  edm,
  flowMatching,
  logitNormalTimes,
  pointDenoiser,
  variationalDiffusion,
  vDiffusion,
} from './index.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const batches: Batches<DiffusionBatch> = {
  at: (index) => ({ x: tensor2d(drawMixture(triple, 128, fold(key(5), index))) }),
}

const presets: Record<string, (options: DiffusionPresetOptions) => Diffusion> = {
  ddpm,
  cosineDiffusion,
  vDiffusion,
  edm: (options) => edm({ ...options, sigmaData: 1 }),
  flowMatching,
  'flowMatching at logit-normal times': (options) => flowMatching({ ...options, times: logitNormalTimes() }),
  variationalDiffusion,
}

async function distance(model: Diffusion): Promise<number> {
  const points = await model.sample({ count: 1000, batchSize: 1000, key: key(4), sampler: ddim({ steps: 30 }) })
  const value = energyDistance(drawMixture(triple, 1000, key(3)), rowsOf(points))
  points.dispose()
  return value
}

describe.each(Object.entries(presets))('%s', (_name, preset) => {
  it('learns the mixture', async () => {
    const model = preset({ network: pointDenoiser({ size: 2, hidden: [32, 32], key: key(0) }) })
    const before = await distance(model)
    const training = { steps: 400, optimizer: adamW({ learningRate: 8e-3, weightDecay: 0 }), ema: 0.98, key: key(2) }
    await last(fit(model, batches, training))
    const after = await distance(model)
    expect(after).toBeLessThan(before / 3)
    expect(after).toBeLessThan(0.03)
    model.dispose()
  }, 120_000)
})
