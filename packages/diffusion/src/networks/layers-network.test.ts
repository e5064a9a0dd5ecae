import { key, normal, useBackend } from '@gen/backend'
import { adamW, fit, last } from '@gen/train'
import { dispose, memory, tensor1d, zeros } from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffusion } from '../diffusion.ts'
import { adaptNetwork } from './network.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const kernelInitializer = layers.initializers.glorotNormal({ seed: 1 })

/** A convolution beside an embedding of α, a class and an image, where wanted, as `unet` orders its inputs. */
function imageModel({ classes = 0, image = false, size = 4 as number | null } = {}): layers.LayersModel {
  const x = layers.input({ shape: [size, size, 1] })
  const alpha = layers.input({ shape: [1] })
  const label = layers.input({ shape: [1], dtype: 'int32' })
  const picture = layers.input({ shape: [size, size, 3] })
  const inputs = [x, alpha, ...(classes > 0 ? [label] : []), ...(image ? [picture] : [])]
  const parts = [x, layers.layers.reshape({ targetShape: [1, 1, 1] }).apply(alpha) as layers.SymbolicTensor]
  if (size !== null)
    parts[1] = layers.layers.upSampling2d({ size: [size, size] }).apply(parts[1]!) as layers.SymbolicTensor
  if (classes > 0) {
    const embedded = layers.layers.embedding({ inputDim: classes + 1, outputDim: 16 }).apply(label)
    parts.push(layers.layers.reshape({ targetShape: [4, 4, 1] }).apply(embedded) as layers.SymbolicTensor)
  }
  if (image) parts.push(picture)
  const joined = size === null ? x : (layers.layers.concatenate().apply(parts) as layers.SymbolicTensor)
  const hidden = layers.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', kernelInitializer }).apply(joined)
  const normed = layers.layers.batchNormalization().apply(hidden)
  const outputs = layers.layers.conv2d({ filters: 1, kernelSize: 1, kernelInitializer }).apply(normed)
  return layers.model({ inputs, outputs: outputs as layers.SymbolicTensor })
}

describe('a tf.LayersModel', () => {
  it('trains and samples without a cast, and its moving means are state', async () => {
    const network = imageModel()
    const model = diffusion({ network })
    expect(model.shape).toEqual([4, 4, 1])
    const [player] = model.players
    expect(player.variables()).toHaveLength(6)
    expect(player.state!()).toHaveLength(2)
    const before = [...player.state!()[0]!.dataSync()]
    const batches = { at: () => ({ x: zeros([8, 4, 4, 1]) }) }
    const { losses } = await last(fit(model, batches, { steps: 4, optimizer: adamW(), key: key(1) }))
    expect(losses.denoiser!.total).toBeGreaterThan(0)
    expect([...player.state!()[0]!.dataSync()]).not.toEqual(before)
    const tensors = memory().numTensors
    const images = await model.sample({ count: 3, batchSize: 2, key: key(2) })
    expect(images.shape).toEqual([3, 4, 4, 1])
    images.dispose()
    expect(memory().numTensors).toBe(tensors)
    network.dispose()
  })

  it('gets its label and context where it takes them', () => {
    const network = imageModel({ classes: 3, image: true })
    const adapted = adaptNetwork(network)
    expect(adapted.takes).toEqual({ anySize: false, label: true, context: [4, 4, 3], augmentation: 0 })
    const [x, alpha, context] = [normal(key(1), [2, 4, 4, 1]), tensor1d([0.5, 0.6]), zeros([2, 4, 4, 3])]
    const outputs = [tensor1d([0, 0], 'int32'), tensor1d([3, 3], 'int32')].map((label) => {
      const eps = adapted.denoise(x, alpha, { label, context })
      const values = [...eps.dataSync()]
      dispose([label, eps])
      return values
    })
    expect(outputs[0]).toHaveLength(32)
    expect(outputs[0]).not.toEqual(outputs[1])
    expect(() => adapted.denoise(x, alpha, { context })).toThrow('diffusion.denoise: expected a label')
    dispose([x, alpha, context])
    network.dispose()
  })

  it('that takes labels wants classes, and labels in its batches', async () => {
    const network = imageModel({ classes: 3 })
    expect(() => diffusion({ network })).toThrow('which takes labels, got 0')
    const model = diffusion({ network, classes: 3 })
    const batches = { at: () => ({ x: zeros([8, 4, 4, 1]) }) }
    const training = last(fit(model, batches, { steps: 1, optimizer: adamW(), key: key(1) }))
    await expect(training).rejects.toThrow('expected labels for 3 classes')
    network.dispose()
  })

  it('of any other kind is refused', () => {
    const dense = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [2] })] })
    expect(() => diffusion({ network: dense })).toThrow('then label [batch, 1] and a context if used, got [batch, 2]')
    dense.dispose()
    const anySize = imageModel({ size: null })
    expect(() => diffusion({ network: anySize })).toThrow('inputs x of a fixed size')
    anySize.dispose()
  })
})
