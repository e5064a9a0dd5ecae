import { fold, GenError, key, useBackend } from '@gen/backend'
import {
  dispose,
  memory,
  mul,
  reverse,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type UnetConfig, unet } from './index.ts'
import { numbers, perturb, saveAndLoad } from './testing.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const small = { widths: [4, 6], depth: 1, groups: 2, key: key(3) }
const configs: Record<string, UnetConfig> = {
  film: { ...small, shape: [4, 6, 2] },
  'add, classes': { ...small, shape: [4, 4, 1], embedding: 'add', classes: 3 },
  'concat, classes, image, bilinear': {
    ...small,
    shape: [5, 4, 1],
    embedding: 'concat',
    classes: 3,
    context: [5, 4, 2],
    up: 'bilinear',
  },
  'attention at all levels, two heads, depth 2': {
    ...small,
    shape: [4, 4, 1],
    attention: [0, 1],
    headSize: 2,
    depth: 2,
  },
  'trained halving and doubling, image': { ...small, shape: [3, 4, 3], down: 'conv', up: 'conv', context: [3, 4, 1] },
  'four levels of odd sizes': { ...small, shape: [11, 9, 1], widths: [2, 2, 4, 4] },
  'classes, augmentation': { ...small, shape: [4, 4, 1], classes: 2, augmentation: 5 },
  'concat, augmentation of signals': { ...small, shape: [6, 1], embedding: 'concat', augmentation: 2 },
  'an image of another size': { ...small, shape: [4, 6, 1], context: [2, 3, 2] },
  'a signal of another size': { ...small, shape: [6, 1], context: [3, 2] },
  'a vector': { ...small, shape: [4, 4, 1], context: [5], classes: 2, augmentation: 2 },
  'a sequence of vectors': { ...small, shape: [4, 4, 1], context: [3, 5], attention: [1], headSize: 3 },
  'one level': { ...small, shape: [2, 2, 1], widths: [4] },
  signals: { ...small, shape: [7, 2], classes: 2, attention: [1] },
  'signals, concat, image': {
    ...small,
    shape: [6, 1],
    context: [6, 3],
    embedding: 'concat',
    up: 'bilinear',
    down: 'conv',
  },
}

/** Two samples for each input that a config has. */
function inputsOf({ shape, classes = 0, context = [], augmentation = 0 }: UnetConfig): Tensor[] {
  return [
    numbers(key(1), [2, ...shape]),
    tensor1d([0.05, 0.9]),
    ...(classes > 0 ? [tensor1d([0, classes], 'int32')] : []),
    ...(context.length > 0 ? [numbers(key(2), [2, ...context])] : []),
    ...(augmentation > 0 ? [numbers(key(9), [2, augmentation])] : []),
  ]
}

function run(network: LayersModel, inputs: Tensor[], training = false): Tensor {
  return tidy(() => network.apply(inputs, { training }) as Tensor)
}

describe.each(Object.entries(configs))('unet: %s', (_, config) => {
  it('predicts 0 in the shape of x when fresh, and leaks nothing', () => {
    const network = unet(config)
    const inputs = inputsOf(config)
    const before = memory().numTensors
    const y = run(network, inputs, true)
    expect(memory().numTensors).toBe(before + 1)
    expect(y.shape).toEqual([2, ...config.shape])
    expect(network.outputShape).toEqual([null, ...config.shape])
    expect([...y.dataSync()].every((value) => value === 0)).toBe(true)
    dispose([y, inputs])
    network.dispose()
  })

  it('saves and loads to the same numbers', async () => {
    const network = unet(config)
    perturb(network, key(4))
    const loaded = await saveAndLoad(network)
    const inputs = inputsOf(config)
    const [y, again] = [run(network, inputs), run(loaded, inputs)]
    expect(y.dataSync().some((value) => value !== 0)).toBe(true)
    expect(again.dataSync()).toEqual(y.dataSync())
    dispose([y, again, inputs])
    network.dispose()
    loaded.dispose()
  })

  it('has the same names and weights for the same key, whatever was made before', () => {
    const [one, same, other] = [config, config, { ...config, key: key(4) }].map((c) => {
      const network = unet(c)
      const weights = network.weights.map((w) => [w.originalName, [...w.read().dataSync()]] as const)
      network.dispose()
      return Object.fromEntries(weights)
    })
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
  })

  it('lets the gradient reach every weight', () => {
    const network = unet(config)
    perturb(network, key(5))
    const inputs = inputsOf(config)
    const variables = network.trainableWeights.map((weight) => weight.read() as Variable)
    const unreached = tidy(() => {
      const { grads } = variableGrads(() => {
        const y = run(network, inputs, true)
        return sum(mul(square(y), numbers(key(6), y.shape)))
      }, variables)
      return variables
        .filter(({ name }) => grads[name]!.dataSync().every((value) => value === 0))
        .map(({ name }) => name)
    })
    expect(unreached).toEqual([])
    dispose(inputs)
    network.dispose()
  })

  it('depends on each of its inputs', () => {
    const network = unet(config)
    perturb(network, key(7))
    const inputs = inputsOf(config)
    const y = run(network, inputs)
    inputs.forEach((input, i) => {
      // The second sample's input in place of the first's.
      const changed = inputs.map((other, j) => (i === j ? reverse(input, 0) : other))
      const z = run(network, changed)
      expect(z.dataSync()).not.toEqual(y.dataSync())
      dispose([z, changed[i]!])
    })
    dispose([y, inputs])
    network.dispose()
  })
})

it('takes every size, also in predict', () => {
  const sizes = fc.tuple(fc.integer({ min: 5, max: 20 }), fc.integer({ min: 5, max: 20 }), fc.boolean())
  fc.assert(
    fc.property(sizes, ([h, w, isSignal]) => {
      const shape = isSignal ? [h, 1] : [h, w, 1]
      const network = unet({ shape, widths: [1, 1, 1, 2], depth: 1, embeddingSize: 2 })
      const [x, alpha] = [numbers(key(h), [1, ...shape]), tensor2d([[0.5]])]
      const y = network.predict([x, alpha]) as Tensor
      expect(y.shape).toEqual([1, ...shape])
      dispose([x, alpha, y])
      network.dispose()
    }),
    { numRuns: 8 },
  )
})

it('has the size of the reference network', () => {
  const network = unet({ shape: [32, 32, 1], widths: [32, 64, 96, 128], depth: 2, embedding: 'concat' })
  // The PyTorch version that the benchmarks run has 1.95 million.
  expect(network.countParams()).toBe(1_956_001)
  network.dispose()
})

it('refuses inputs of other shapes, and says which work', () => {
  const network = unet({ ...small, shape: [4, 6, 2], classes: 2 })
  const [x, alpha, label] = inputsOf({ shape: [4, 6, 2], classes: 2 }) as [Tensor, Tensor, Tensor]
  const attempt = (...inputs: Tensor[]) => {
    try {
      run(network, inputs).dispose()
    } catch (error) {
      dispose(inputs.filter((input) => input !== x && input !== alpha && input !== label))
      if (GenError.is(error)) return error.message
      throw error
    }
    return 'no error'
  }
  expect(attempt(numbers(key(1), [2, 6, 6, 2]), alpha, label)).toBe(
    'unet: expected x of shape [batch, 4, 6, 2], got [2, 6, 6, 2]; resize it or make a network with shape: [6, 6, 2]',
  )
  expect(attempt(numbers(key(1), [2, 4, 6, 1]), alpha, label)).toBe(
    'unet: expected x of shape [batch, 4, 6, 2], got [2, 4, 6, 1]',
  )
  expect(attempt(x, numbers(key(1), [2, 2]), label)).toBe('unet: expected alpha of shape [batch, 1], got [2, 2]')
  expect(attempt(x, alpha, tensor1d([0], 'int32'))).toMatch('unet: expected inputs of one batch size')
  expect(attempt(numbers(key(1), [3, 4, 6, 2]), alpha, label)).toMatch('inputs of one batch size')
  dispose([x, alpha, label])
  network.dispose()
})

it('draws the rest of the weights from keys of their own', () => {
  const [one, two] = [
    { ...small, shape: [4, 4, 1] },
    { ...small, shape: [4, 4, 1], classes: 2 },
  ].map((config) => {
    const network = unet(config)
    const kernel = network.getLayer('down_0_block_0').getWeights()[2]!
    const values = [...kernel.dataSync()]
    network.dispose()
    return values
  })
  expect(two).toEqual(one)
  expect(fold(key(0), 1)).not.toEqual(key(0))
})
