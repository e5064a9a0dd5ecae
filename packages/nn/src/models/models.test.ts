import { GenError, key, useBackend } from '@gen/backend'
import { dispose } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { numbers, perturb, run, saveAndLoad, secondOrder } from '../testing.ts'
import { convDecoder } from './conv-decoder.ts'
import { convEncoder } from './conv-encoder.ts'
import { mlp } from './mlp.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const widths = [4, 6]
const shape = [7, 6, 2]
const models: Record<string, [make: () => LayersModel, input: number[], output: number[]]> = {
  mlp: [() => mlp({ inputs: 3, outputs: 2, widths: [5, 4], key: key(1) }), [4, 3], [4, 2]],
  'mlp without hidden layers, spectral': [
    () => mlp({ inputs: 3, outputs: 2, widths: [], spectral: true, key: key(1) }),
    [4, 3],
    [4, 2],
  ],
  convEncoder: [() => convEncoder({ shape, outputs: 3, widths, key: key(2) }), [2, ...shape], [2, 3]],
  'convEncoder as a discriminator': [
    () =>
      convEncoder({
        ...{ shape, outputs: 1, widths, key: key(2) },
        ...{ activation: 'leakyRelu', normalization: 'none', spectral: true, groupSize: 2 },
      }),
    [2, ...shape],
    [2, 1],
  ],
  convDecoder: [
    () => convDecoder({ inputs: 3, shape, widths, outputActivation: 'sigmoid', key: key(3) }),
    [2, 3],
    [2, ...shape],
  ],
  'convDecoder without normalization': [
    () => convDecoder({ inputs: 3, shape, widths, normalization: 'none', activation: 'tanh', key: key(3) }),
    [2, 3],
    [2, ...shape],
  ],
}

describe.each(Object.entries(models))('%s', (_, [make, input, output]) => {
  it('gives its shape, and the same numbers once saved and loaded', async () => {
    const network = make()
    perturb(network, key(5))
    const loaded = await saveAndLoad(network)
    const x = numbers(key(6), input)
    const [y, again] = [run(network, [x]), run(loaded, [x])]
    expect(y.shape).toEqual(output)
    expect(again.dataSync()).toEqual(y.dataSync())
    dispose([x, y, again])
    network.dispose()
    loaded.dispose()
  })

  it('has names and weights that do not depend on what was made before', () => {
    const [one, two] = [make(), make()]
    expect(two.weights.map((w) => w.originalName)).toEqual(one.weights.map((w) => w.originalName))
    expect(two.getWeights().map((w) => [...w.dataSync()])).toEqual(one.getWeights().map((w) => [...w.dataSync()]))
    one.dispose()
    two.dispose()
  })

  it('has the second derivatives of finite differences', () => {
    const network = make()
    const x = numbers(key(7), input, 0.5)
    const [derivative, difference] = secondOrder(network, [x], key(8))
    expect([derivative]).toBeAllClose([difference], { rtol: 1e-2, atol: 1e-3 })
    x.dispose()
    network.dispose()
  })
})

it('passes all sizes from 28 to 64, and refuses what is too small', () => {
  const sides = fc.integer({ min: 28, max: 64 })
  fc.assert(
    fc.property(sides, sides, (h, w) => {
      const image = [h, w, 1]
      const encoder = convEncoder({ shape: image, outputs: 1, widths: [1, 1, 1], key: key(0) })
      const decoder = convDecoder({ inputs: 1, shape: image, widths: [1, 1, 1], key: key(0) })
      expect(encoder.outputShape).toEqual([null, 1])
      expect(decoder.outputShape).toEqual([null, h, w, 1])
      encoder.dispose()
      decoder.dispose()
    }),
    { numRuns: 15 },
  )
  const small = { shape: [4, 9, 1], widths: [4, 4, 4], key: key(0) }
  const message = 'expected sides of at least 5 pixels to halve 3 times, got [4, 9]; pass at most 2 widths'
  expect(() => convEncoder({ ...small, outputs: 1 })).toThrow(`nn.convEncoder: ${message}`)
  expect(() => convDecoder({ ...small, inputs: 1 })).toThrow(`nn.convDecoder: ${message}`)
})

it('refuses sizes that are none', () => {
  expect(() => mlp({ inputs: 0, outputs: 1, key: key(0) })).toThrow(GenError)
  expect(() => mlp({ inputs: 1, outputs: 1, widths: [2.5], key: key(0) })).toThrow('nn.mlp: expected widths an integer')
  expect(() => convEncoder({ shape: [8, 8, 0], outputs: 1, widths: [2], key: key(0) })).toThrow(GenError)
  expect(() => convDecoder({ shape: [8, 8, 1], inputs: 1, widths: [], key: key(0) })).toThrow('at least 1 width')
  expect(() => convDecoder({ shape: [8, 8], inputs: 1, key: key(0) })).toThrow(
    'expected shape [height, width, channels]',
  )
})
