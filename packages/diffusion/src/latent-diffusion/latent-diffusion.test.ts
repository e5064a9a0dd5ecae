import { key, normal, useBackend } from '@gen/backend'
import type { LatentModel } from '@gen/model'
import { adamW, fit, last } from '@gen/train'
import {
  add,
  dispose,
  memory,
  mul,
  reshape,
  sub,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, expectTypeOf, it } from 'vitest'
import { type Mixture, optimalNetwork } from '../fixtures/mixture.ts'
import { matrixNetwork } from '../fixtures/small-networks.ts'
import { type Autoencoder, codeStatistics, diffusion, latentDiffusion, linear, pointDenoiser } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Data are codes of unit variance, stretched and shifted. */
const [stretch, shift] = [0.25, 3]
const autoencoder: Autoencoder = {
  encode: (x) => tidy(() => mul(sub(x, shift), 1 / stretch)),
  decode: (z) => tidy(() => add(mul(z, stretch), shift)),
}
const batches = {
  at: (i: number) => ({
    x: tidy(() => add(mul(normal(key(i), [256, 2]), [[stretch, 4 * stretch]]), [[shift, shift + 1]])),
  }),
}

it('any model with encode and decode is an autoencoder', () => {
  expectTypeOf<{
    latentSize: number
    encode(x: Tensor): Tensor2D
    decode(z: Tensor2D): Tensor
  }>().toExtend<Autoencoder>()
  expectTypeOf<LatentModel & Required<Pick<LatentModel, 'encode'>>>().toExtend<Autoencoder>()
})

it('measures mean and deviation of each channel, and the scale factor of all', async () => {
  const before = memory().numTensors
  const { mean, std, scaleFactor } = await codeStatistics(autoencoder, batches, { shape: [2] })
  // Four standard errors of 16 batches of 256 rows.
  expect(Math.abs(mean[0]!)).toBeLessThan(4 / 64)
  expect(Math.abs(mean[1]! - 4)).toBeLessThan((4 * 4) / 64)
  expect(std).toBeAllClose([1, 4], { rtol: 0.05 })
  expect(1 / scaleFactor ** 2).toBeCloseTo((mean[0]! ** 2 + std[0]! ** 2 + mean[1]! ** 2 + std[1]! ** 2) / 2, 5)
  expect(memory().numTensors).toBe(before)
})

it('decodes the model’s samples, the same whatever the batch size', async () => {
  const standard: Mixture = { means: [[0, 0]], stds: [1], weights: [1] }
  const model = diffusion({ network: optimalNetwork(standard), schedule: linear(), mean: [0, 4], std: [1, 4] })
  const latent = latentDiffusion({ autoencoder, model })
  const noise = normal(key(7), [50, 2])
  const x = await latent.sample({ count: 50, noise, key: key(0) })
  const small = await latent.sample({ count: 50, noise, key: key(0), batchSize: 7 })
  const codes = await model.sample({ count: 50, noise, key: key(0) })
  const expected = await autoencoder.decode(codes)
  expect(x.dataSync()).toEqual(expected.dataSync())
  expect(small.dataSync()).toBeAllClose(x.dataSync(), { atol: 1e-5 })
  dispose([noise, x, small, codes, expected])
})

it('trains on codes, which may be vectors and come later, and keeps labels', async () => {
  const flat: Autoencoder = {
    latentSize: 4,
    encode: async (x) => reshape(x, [-1, 4]),
    decode: (z) => {
      expect(z.shape).toEqual([3, 4])
      return reshape(z, [-1, 2, 2])
    },
  }
  const network = matrixNetwork([2, 2, 1], { classes: 3 })
  const latent = latentDiffusion({ autoencoder: flat, model: diffusion({ network, classes: 3, range: null }) })
  const labeled = { at: () => ({ x: normal(key(0), [3, 2, 2]), labels: tensor1d([0, 1, 2], 'int32') }) }
  const first = network.matrix.dataSync().slice()
  await last(fit(latent.model, latent.encoded(labeled), { steps: 2, optimizer: adamW(), key: key(1) }))
  expect(network.matrix.dataSync()).not.toEqual(first)
  const x = await latent.sample({ count: 3, key: key(2) })
  expect(x.shape).toEqual([3, 2, 2])
  x.dispose()
  network.dispose()
})

it('refuses models that do not fit the codes, and leaves nothing', async () => {
  const network = pointDenoiser({ size: 2, hidden: [4], key: key(0) })
  const model = diffusion({ network })
  const before = memory().numTensors
  expect(() => latentDiffusion({ autoencoder: { ...autoencoder, latentSize: 3 }, model })).toThrow('items of 3 numbers')
  const ranged = diffusion({ network, range: [0, 1] })
  expect(() => latentDiffusion({ autoencoder, model: ranged })).toThrow('expected no range')
  const wide = { ...autoencoder, encode: () => normal(key(0), [256, 3]) }
  await expect(latentDiffusion({ autoencoder: wide, model }).encoded(batches).at(0)).rejects.toThrow('expected codes')
  await expect(codeStatistics(autoencoder, batches, { shape: [2], count: 0 })).rejects.toThrow('expected count')
  expect(memory().numTensors).toBe(before)
  model.dispose()
})
