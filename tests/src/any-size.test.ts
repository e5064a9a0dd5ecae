/** One network for images of several sizes. */
import { key, normal, useBackend } from '@gen/backend'
import { bucketed, dataset } from '@gen/data'
import { type Diffusion, ddim, diffusion, velocityPrediction } from '@gen/diffusion'
import { adamW, fit } from '@gen/train'
import { unet } from '@gen/unet'
import { fill, type Tensor1D, tidy, zeros } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

const tiny = { shape: [8, 8, 1], widths: [8, 16], depth: 1 }
let any: Diffusion
let fixed: Diffusion

beforeAll(async () => {
  await useBackend('simd')
  any = diffusion({ network: unet({ ...tiny, anySize: true }), prediction: velocityPrediction() })
  fixed = diffusion({ network: unet(tiny), prediction: velocityPrediction() })
})

afterAll(() => {
  any.dispose()
  fixed.dispose()
})

const shapes = [
  [8, 8, 1],
  [4, 12, 1],
  [16, 8, 1],
]
const images = (shape: number[]) =>
  dataset({ size: 8, shape, take: ({ length }) => ({ x: fill([length, ...shape], 0.5) }) })

it('trains on batches of every size, which a network of one size refuses', async () => {
  const batches = bucketed(shapes.map(images), { size: 4, key: key(1) })
  const options = { steps: 6, optimizer: adamW({ learningRate: 1e-2 }), key: key(2) }
  const losses: number[] = []
  for await (const event of fit(any, batches, options))
    if (event.type === 'step') losses.push(event.losses.denoiser!.total!)
  expect(losses).toHaveLength(6)
  expect(losses.every(Number.isFinite)).toBe(true)
  await expect(async () => {
    for await (const _ of fit(fixed, batches, options));
  }).rejects.toThrow('the network is made for [batch, 8, 8, 1]')
})

it('samples every size, and refuses what it cannot', async () => {
  for (const shape of shapes) {
    const samples = await any.sample({ count: 2, size: shape.slice(0, 2), sampler: ddim({ steps: 2 }), key: key(3) })
    expect(samples.shape).toEqual([2, ...shape])
    samples.dispose()
  }
  const sample = (model: Diffusion, size: number[]) => model.sample({ count: 1, size, key: key(3) })
  await expect(sample(any, [8])).rejects.toThrow('diffusion.sample: expected size a list of 2 numbers, got [8]')
  await expect(sample(any, [8, 0])).rejects.toThrow('diffusion.sample: expected size')
  await expect(sample(any, [8, 7])).rejects.toThrow('a multiple of 2')
  await expect(sample(fixed, [16, 8])).rejects.toThrow('make the network with anySize: true')
})

it('of its usual size it is the network of that size', () => {
  const at = (model: Diffusion) =>
    tidy(() => model.denoise(normal(key(4), [2, 8, 8, 1]), fill([2], 0.5) as Tensor1D).arraySync())
  const fresh = diffusion({ network: unet({ ...tiny, anySize: true }), prediction: velocityPrediction() })
  expect(at(fresh)).toEqual(at(fixed))
  fresh.dispose()
  expect(tidy(() => any.predictClean(zeros([1, 6, 10, 1]), fill([1], 0.5) as Tensor1D).shape)).toEqual([1, 6, 10, 1])
})

it('refuses a usual size that halving does not lead back to', () => {
  expect(() => unet({ ...tiny, shape: [9, 8, 1], anySize: true })).toThrow('multiples of 2 with anySize')
})
