import { type BackendName, key, useBackend } from '@gen/backend'
import {
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type UnetConfig, unet } from './index.ts'
import { numbers, perturb } from './testing.ts'

const configs: Record<string, UnetConfig> = {
  'a sequence of vectors': {
    ...{ shape: [6, 6, 1], widths: [8, 8], depth: 1 },
    ...{ context: [3, 5], attention: [1], headSize: 4 },
  },
  'classes, attention, odd sizes': {
    ...{ shape: [7, 6, 1], widths: [8, 8], depth: 1 },
    ...{ classes: 3, attention: [1], headSize: 4 },
  },
  'signals, trained halving, bilinear, add': {
    ...{ shape: [9, 2], widths: [4, 8], depth: 1 },
    ...{ up: 'bilinear', down: 'conv', embedding: 'add' },
  },
  'image, trained doubling, concat': {
    ...{ shape: [6, 6, 1], widths: [4, 8], depth: 1 },
    ...{ up: 'conv', context: [3, 3, 2], embedding: 'concat' },
  },
}

/** The initial weights, then a loss and its gradients at moved weights, on a backend. */
async function compute(backend: BackendName, config: UnetConfig): Promise<{ initial: number[]; results: number[] }> {
  await useBackend(backend)
  const network = unet(config)
  const initial = network.getWeights().flatMap((weight) => [...weight.dataSync()])
  perturb(network, key(4))
  const results = tidy(() => {
    const inputs = [numbers(key(1), [2, ...config.shape]), tensor1d([0.05, 0.9])]
    if (config.classes) inputs.push(tensor1d([0, config.classes], 'int32'))
    if (config.context) inputs.push(numbers(key(2), [2, ...config.context]))
    const variables = network.trainableWeights.map((weight) => weight.read() as Variable)
    const loss = () => sum(square(network.apply(inputs, { training: true }) as Tensor)) as Scalar
    const { value, grads } = variableGrads(loss, variables)
    return [value, ...variables.map(({ name }) => grads[name]!)].flatMap((result) => [...result.dataSync()])
  })
  network.dispose()
  return { initial, results }
}

describe.each(Object.entries(configs))('unet: %s', (_, config) => {
  let expected: Awaited<ReturnType<typeof compute>>
  beforeAll(async () => {
    expected = await compute('cpu', config)
  })
  afterAll(() => useBackend('cpu').then(() => undefined))

  it.each(['wasm', 'simd'] as const)('has the weights, the loss and the gradients of cpu on %s', async (backend) => {
    const { initial, results } = await compute(backend, config)
    expect(initial).toEqual(expected.initial)
    const length = Math.hypot(...expected.results)
    const error = Math.hypot(...results.map((value, i) => value - expected.results[i]!))
    expect(error / length).toBeLessThan(1e-5)
  })
})
