import { mean, memory, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { afterAll, describe, expect, it } from 'vitest'
import { fid } from '../distances/fid.ts'
import { imageValues } from '../testing.ts'
import { describeFeatures, extractFeatures, type Features, pixelFeatures } from './features.ts'
import { layerOutput, modelFeatures } from './model-features.ts'

const images = tensor4d(imageValues(90, [10, 8, 6, 3], 0.6), [10, 8, 6, 3])
const gray = tensor4d(imageValues(91, [4, 8, 6, 1], 0.6), [4, 8, 6, 1])
afterAll(() => {
  images.dispose()
  gray.dispose()
})

const color = describeFeatures((x) => mean(x, [1, 2]), { name: 'mean color', size: 3, resizer: 'none' })

describe('extractFeatures', () => {
  it('gives one row per image, the same in any batches, and leaks nothing', async () => {
    const before = memory().numTensors
    const whole = await extractFeatures(images, color)
    const small = await extractFeatures(images, color, { batchSize: 3 })
    expect(memory().numTensors).toBe(before)
    expect([whole.rows, whole.columns]).toEqual([10, 3])
    expect(small).toEqual(whole)
    expect(fid(whole, small)).toMatchObject({ features: { name: 'mean color', size: 3, resizer: 'none' } })
  })

  it('takes batches from a generator, which disposes its own', async () => {
    async function* batches() {
      for (const seed of [90, 91]) {
        const batch = tensor4d(imageValues(seed, [4, 8, 6, 3], 0.6), [4, 8, 6, 3])
        yield batch
        batch.dispose()
      }
    }
    expect((await extractFeatures(batches(), color)).rows).toBe(8)
  })

  it('names a function without a description by its name', async () => {
    const redness: Features = (x) => mean(x, [1, 2])
    expect((await extractFeatures(images, redness)).features).toEqual({ name: 'redness', size: 3, resizer: 'unknown' })
  })

  it('refuses extractors that do not keep their word, and disposes what they gave', async () => {
    const lying = describeFeatures((x) => mean(x, [1, 2]), { name: 'lie', size: 4, resizer: 'none' })
    await expect(extractFeatures(images, lying)).rejects.toThrow(
      'expected features(images) of shape [10, 4], got [10, 3]',
    )
    await expect(extractFeatures([], color)).rejects.toThrow('at least 1 image')
    await expect(extractFeatures(images, pixelFeatures([8, 8, 3]))).rejects.toThrow('pass the shape of the images')
  })

  it('gives pixels as they are', async () => {
    const pixels = await extractFeatures(images, pixelFeatures([8, 6, 3]))
    expect(pixels.data).toEqual(images.dataSync())
  })
})

describe('modelFeatures', () => {
  const network = sequential({
    layers: [
      layers.conv2d({ filters: 5, kernelSize: 1, inputShape: [4, 4, 3], kernelInitializer: 'ones', name: 'conv' }),
      layers.globalAveragePooling2d({ name: 'pool', dataFormat: 'channelsLast' }),
      layers.dense({ units: 2, name: 'head' }),
    ],
  })
  afterAll(() => network.dispose())

  it('resizes, repeats gray, moves the range, pools maps, and says so', async () => {
    const options = { name: 'net conv', size: 5, input: [4, 4, 3] as const, range: [-1, 1] as const }
    const features = modelFeatures(layerOutput(network, 'conv'), options)
    const { features: description, data } = await extractFeatures(gray, features)
    expect(description).toEqual({ name: 'net conv', size: 5, resizer: 'antialias-bicubic' })
    const pooled = await extractFeatures(
      gray,
      modelFeatures(layerOutput(network, 'pool'), { ...options, name: 'net pool' }),
    )
    expect(data).toBeAllClose(pooled.data, { rtol: 1e-5 })
    const white = tensor4d(new Float32Array(48).fill(1), [1, 8, 6, 1])
    // Ones as kernel: three channels of 1 in the range [−1, 1].
    expect((await extractFeatures(white, features)).data).toBeAllClose([3, 3, 3, 3, 3])
    white.dispose()
  })

  it('takes any model that predicts, with one output, several, or named ones', async () => {
    const one = (x: unknown) => mean(x as Tensor4D, [1, 2])
    const options = { name: 'm', size: 3, input: [8, 6, 3] as const }
    const outputs = [(x: unknown) => one(x), (x: unknown) => [one(x)], (x: unknown) => ({ first: one(x) })]
    const expected = (await extractFeatures(images, color)).data
    for (const predict of outputs) {
      expect((await extractFeatures(images, modelFeatures({ predict }, options))).data).toBeAllClose(expected)
    }
  })

  it('refuses channels and sizes that do not fit', async () => {
    const features = modelFeatures(network, { name: 'net', size: 3, input: [4, 4, 3] })
    await expect(extractFeatures(images, features)).rejects.toThrow(
      'expected output of shape [batch, 3] or [batch, h, w, 3], got [10, 2]',
    )
    const two = tensor4d(new Float32Array(32), [1, 4, 4, 2])
    await expect(extractFeatures(two, features)).rejects.toThrow('expected images of 1 or 3 channels, got 2')
    two.dispose()
  })
})
