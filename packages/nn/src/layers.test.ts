import { fold, GenError, type Key, key, randint, useBackend } from '@gen/backend'
import {
  dispose,
  memory,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { initializers, layers } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import * as nn from './index.ts'
import { modelOf, numbers, perturb, run, saveAndLoad, secondOrder } from './testing.ts'

interface Case {
  make: (k: Key) => layers.Layer
  /** Shapes of the inputs, batch first. */
  inputs: number[][]
  output: number[]
  /** Shapes to refuse. */
  bad: number[][][]
  /** Labels below this instead of numbers. */
  classes?: number
}

/** Every layer of this package, in each of its modes. */
const cases: Record<string, Case> = {
  dense: { make: (k) => nn.dense({ units: 3, key: k }), inputs: [[4, 5]], output: [4, 3], bad: [[[4]], [[4, 6]]] },
  'dense, spectral, leakyRelu': {
    make: (k) => nn.dense({ units: 3, activation: 'leakyRelu', spectral: true, key: k }),
    inputs: [[4, 5]],
    output: [4, 3],
    bad: [[[4, 6]]],
  },
  convolution: {
    make: (k) => nn.convolution({ channels: 3, key: k }),
    inputs: [[2, 4, 3, 2]],
    output: [2, 4, 3, 3],
    bad: [[[2, 4]], [[2, 4, 3, 1]]],
  },
  'convolution, stride 2, spectral, leakyRelu': {
    make: (k) => nn.convolution({ channels: 3, stride: 2, spectral: true, activation: 'leakyRelu', key: k }),
    inputs: [[2, 5, 4, 2]],
    output: [2, 3, 2, 3],
    bad: [[[2, 4, 4, 1]]],
  },
  'convolution of signals': {
    make: (k) => nn.convolution({ channels: 3, stride: 2, key: k }),
    inputs: [[2, 5, 2]],
    output: [2, 3, 3],
    bad: [[[2, 5, 1]]],
  },
  groupNormalization: {
    make: () => nn.groupNormalization({ groups: 2, activation: 'silu' }),
    inputs: [[2, 3, 2, 4]],
    output: [2, 3, 2, 4],
    bad: [[[2, 3, 2, 5]], [[4]]],
  },
  'groupNormalization, leakyRelu': {
    make: () => nn.groupNormalization({ groups: 1, activation: 'leakyRelu' }),
    inputs: [[2, 6]],
    output: [2, 6],
    bad: [[[2, 5]]],
  },
  adaptiveGroupNormalization: {
    make: (k) => nn.adaptiveGroupNormalization({ groups: 2, activation: 'silu', key: k }),
    inputs: [
      [2, 3, 4],
      [2, 3],
    ],
    output: [2, 3, 4],
    bad: [
      [[2, 3, 4]],
      [
        [2, 3, 4],
        [3, 3],
      ],
      [
        [2, 3, 5],
        [2, 3],
      ],
    ],
  },
  filmLayer: {
    make: (k) => nn.filmLayer({ key: k }),
    inputs: [
      [2, 3, 2, 4],
      [2, 3],
    ],
    output: [2, 3, 2, 4],
    bad: [
      [
        [2, 3, 2, 4],
        [2, 3, 1],
      ],
    ],
  },
  siluLayer: { make: () => nn.siluLayer(), inputs: [[2, 3]], output: [2, 3], bad: [] },
  selfAttention: {
    make: (k) => nn.selfAttention({ heads: 2, key: k }),
    inputs: [[2, 2, 3, 4]],
    output: [2, 2, 3, 4],
    bad: [[[2, 2, 3, 5]], [[2, 4]]],
  },
  'selfAttention of signals, one head': {
    make: (k) => nn.selfAttention({ key: k }),
    inputs: [[2, 5, 3]],
    output: [2, 5, 3],
    bad: [[[2, 5, 4]]],
  },
  sinusoidalEmbedding: {
    make: () => nn.sinusoidalEmbedding({ size: 6, maxFrequency: 2 }),
    inputs: [[3, 1]],
    output: [3, 6],
    bad: [[[3, 1, 1]]],
  },
  fourierEmbedding: {
    make: (k) => nn.fourierEmbedding({ size: 6, scale: 0.5, key: k }),
    inputs: [[3, 2]],
    output: [3, 6],
    bad: [[[3, 1, 1]]],
  },
  classEmbedding: {
    make: (k) => nn.classEmbedding({ classes: 3, size: 4, key: k }),
    inputs: [[12, 1]],
    output: [12, 4],
    bad: [[[3, 1, 1]]],
    classes: 4,
  },
  pixelShuffle: { make: () => nn.pixelShuffle(), inputs: [[2, 2, 3, 8]], output: [2, 4, 6, 2], bad: [[[2, 2, 3, 6]]] },
  pixelUnshuffle: {
    make: () => nn.pixelUnshuffle(),
    inputs: [[2, 4, 6, 2]],
    output: [2, 2, 3, 8],
    bad: [[[2, 3, 6, 2]]],
  },
  'pixelUnshuffle of signals': {
    make: () => nn.pixelUnshuffle({ factor: 3 }),
    inputs: [[2, 6, 2]],
    output: [2, 2, 6],
    bad: [[[2, 4, 2]]],
  },
  minibatchStdDev: {
    make: () => nn.minibatchStdDev({ groupSize: 2, features: 2 }),
    inputs: [[4, 3, 2, 4]],
    output: [4, 3, 2, 6],
    bad: [[[3, 3, 2, 4]], [[4, 3, 2, 5]]],
  },
  'minibatchStdDev of vectors': {
    make: () => nn.minibatchStdDev(),
    inputs: [[3, 4]],
    output: [3, 5],
    bad: [[[6, 4]]],
  },
  'downsample, avg': { make: () => nn.downsample(), inputs: [[2, 5, 4, 2]], output: [2, 3, 2, 2], bad: [[[2, 4]]] },
  'downsample of signals, avg': { make: () => nn.downsample(), inputs: [[2, 5, 2]], output: [2, 3, 2], bad: [] },
  'downsample, conv': {
    make: (k) => nn.downsample({ method: 'conv', key: k }),
    inputs: [[2, 5, 4, 2]],
    output: [2, 3, 2, 2],
    bad: [[[2, 5, 4, 3]]],
  },
  'upsample, nearest': { make: () => nn.upsample(), inputs: [[2, 2, 3, 2]], output: [2, 4, 6, 2], bad: [[[2, 4]]] },
  'upsample, bilinear, odd': {
    make: () => nn.upsample({ method: 'bilinear', size: [3, 6] }),
    inputs: [[2, 2, 3, 2]],
    output: [2, 3, 6, 2],
    bad: [[[2, 3, 3, 2]]],
  },
  'upsample of signals, bilinear': {
    make: () => nn.upsample({ method: 'bilinear' }),
    inputs: [[2, 3, 2]],
    output: [2, 6, 2],
    bad: [],
  },
  'upsample, conv': {
    make: (k) => nn.upsample({ method: 'conv', key: k }),
    inputs: [[2, 2, 2, 2]],
    output: [2, 4, 4, 2],
    bad: [[[2, 2, 2, 3]]],
  },
  residualBlock: {
    make: (k) => nn.residualBlock({ channels: 4, groups: 2, key: k }),
    inputs: [[2, 3, 4, 2]],
    output: [2, 3, 4, 4],
    bad: [[[2, 4]], [[2, 3, 4, 3]]],
  },
  'residualBlock, film': {
    make: (k) => nn.residualBlock({ channels: 4, key: k }),
    inputs: [
      [2, 3, 4, 4],
      [2, 3],
    ],
    output: [2, 3, 4, 4],
    bad: [
      [
        [2, 3, 4, 4],
        [1, 3],
      ],
      [[2, 3, 4, 4]],
    ],
  },
  'residualBlock of signals, add': {
    make: (k) => nn.residualBlock({ channels: 4, embedding: 'add', key: k }),
    inputs: [
      [2, 5, 2],
      [2, 3],
    ],
    output: [2, 5, 4],
    bad: [
      [
        [2, 5, 2],
        [2, 4],
      ],
    ],
  },
  'residualBlock, spectral, no normalization, leakyRelu': {
    make: (k) =>
      nn.residualBlock({ channels: 3, spectral: true, normalization: 'none', activation: 'leakyRelu', key: k }),
    inputs: [[2, 3, 3, 2]],
    output: [2, 3, 3, 3],
    bad: [[[2, 3, 3, 1]]],
  },
  'residualBlock, no normalization, film, tanh': {
    make: (k) => nn.residualBlock({ channels: 3, normalization: 'none', activation: 'tanh', key: k }),
    inputs: [
      [2, 3, 2],
      [2, 2],
    ],
    output: [2, 3, 3],
    bad: [[[2, 3, 2]]],
  },
  'tfjs dense with a keyed initializer': {
    make: (k) =>
      layers.dense({ units: 3, kernelInitializer: nn.glorot({ key: k }), biasInitializer: initializers.ones() }),
    inputs: [[2, 4]],
    output: [2, 3],
    bad: [],
  },
}

const seed = key(11)

function inputsOf({ inputs, classes }: Case): Tensor[] {
  if (classes === undefined) return inputs.map((shape, i) => numbers(fold(seed, i), shape))
  return inputs.map((shape) => randint(seed, shape, { max: classes }))
}

beforeAll(async () => {
  await useBackend('cpu')
})

describe.each(Object.entries(cases))('%s', (_, current) => {
  const { make, inputs, output, bad, classes } = current
  const dtype = classes === undefined ? undefined : 'int32'

  it('gives its shape, symbolically and in numbers, and leaks nothing', () => {
    const network = modelOf(make(seed), inputs, dtype)
    const tensors = inputsOf(current)
    const before = memory().numTensors
    const y = run(network, tensors, true)
    expect(memory().numTensors).toBe(before + 1)
    expect(y.shape).toEqual(output)
    expect((network.outputShape as number[]).slice(1)).toEqual(output.slice(1))
    dispose([y, tensors])
    network.dispose()
  })

  it('saves and loads to the same numbers', async () => {
    const network = modelOf(make(seed), inputs, dtype)
    perturb(network, fold(seed, 7))
    const loaded = await saveAndLoad(network)
    const tensors = inputsOf(current)
    const [y, again] = [run(network, tensors), run(loaded, tensors)]
    expect(again.dataSync()).toEqual(y.dataSync())
    dispose([y, again, tensors])
    network.dispose()
    loaded.dispose()
  })

  it('has the same weights for the same key only', () => {
    const [one, same, other] = [seed, seed, fold(seed, 1)].map((k) => {
      const network = modelOf(make(k), inputs, dtype)
      const weights = network.getWeights().map((weight) => [...weight.dataSync()])
      network.dispose()
      return weights
    })
    expect(same).toEqual(one)
    if (one!.flat().some((value) => value !== 0 && value !== 1)) expect(other).not.toEqual(one)
  })

  it('lets the gradient reach every trainable weight', () => {
    const network = modelOf(make(seed), inputs, dtype)
    perturb(network, fold(seed, 8))
    const tensors = inputsOf(current)
    const variables = network.trainableWeights.map((weight) => weight.read() as Variable)
    if (variables.length > 0) {
      const zero = tidy(() => {
        const loss = () => {
          const y = run(network, tensors, true)
          return sum(mul(square(y), numbers(seed, y.shape))) as Scalar
        }
        const { grads } = variableGrads(loss, variables)
        return variables
          .filter(({ name }) => grads[name]!.dataSync().every((value) => value === 0))
          .map(({ name }) => name)
      })
      expect(zero).toEqual([])
    }
    dispose(tensors)
    network.dispose()
  })

  it.runIf(classes === undefined)('has the second derivatives of finite differences', () => {
    const network = modelOf(make(seed), inputs)
    perturb(network, fold(seed, 9))
    const tensors = inputsOf(current)
    const [derivative, difference] = secondOrder(network, tensors, fold(seed, 10))
    expect(Math.abs(derivative)).toBeGreaterThan(1e-2)
    expect([derivative]).toBeAllClose([difference], { rtol: 3e-3, atol: 1e-3 })
    dispose(tensors)
    network.dispose()
  })

  it('refuses inputs that do not fit', () => {
    const layer = make(seed)
    const network = modelOf(layer, inputs, dtype)
    for (const shapes of bad) {
      const tensors = shapes.map((shape) => numbers(seed, shape))
      expect(catchGenError(() => layer.apply(tensors))).toMatch(/^shape nn\.\w+: expected .+, got /)
      dispose(tensors)
    }
    network.dispose()
  })
})

/** Code and message of the GenError that a function throws. */
function catchGenError(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (GenError.is(error)) return `${error.code} ${error.message}`
    throw error
  }
  return 'no error'
}
