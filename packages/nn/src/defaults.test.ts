/** What changes no shape: defaults are those that the options' comments state, and models give their layers what they say. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fold, key, normalArray, useBackend } from '@gen/backend'
import { mean, ones, square, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import * as nn from './index.ts'

beforeAll(() => useBackend('cpu'))

const k = key(1)

/** Layers made with what they need and no more, and the file that documents the rest. */
const makers: Record<string, [make: () => layers.Layer, file: string]> = {
  adaptiveGroupNormalization: [() => nn.adaptiveGroupNormalization({ key: k }), 'adaptive-group-normalization'],
  classEmbedding: [() => nn.classEmbedding({ classes: 3, size: 2, key: k }), 'class-embedding'],
  convolution: [() => nn.convolution({ channels: 2, key: k }), 'convolution'],
  dense: [() => nn.dense({ units: 2, key: k }), 'dense'],
  downsample: [() => nn.downsample(), 'downsample'],
  filmLayer: [() => nn.filmLayer({ key: k }), 'film'],
  fourierEmbedding: [() => nn.fourierEmbedding({ key: k }), 'fourier-embedding'],
  groupNormalization: [() => nn.groupNormalization(), 'group-normalization'],
  minibatchStdDev: [() => nn.minibatchStdDev(), 'minibatch-std-dev'],
  pixelShuffle: [() => nn.pixelShuffle(), 'pixel-shuffle'],
  residualBlock: [() => nn.residualBlock({ channels: 8, key: k }), 'residual-block'],
  selfAttention: [() => nn.selfAttention({ key: k }), 'self-attention'],
  sinusoidalEmbedding: [() => nn.sinusoidalEmbedding(), 'sinusoidal-embedding'],
  upsample: [() => nn.upsample(), 'upsample'],
}

/** `{ gain: 1, activation: 'linear' }` from the comments of the options in a file. */
function documented(file: string): Record<string, unknown> {
  const text = readFileSync(fileURLToPath(new URL(`./layers/${file}.ts`, import.meta.url)), 'utf8')
  const found = text.matchAll(/@default ('[^']*'|[\d.e+-]+|true|false)(?: \*\/|\n\s*\*\/)\n {2}(\w+)\?:/g)
  return Object.fromEntries([...found].map(([, value, name]) => [name, JSON.parse(value!.replaceAll("'", '"'))]))
}

describe('layers', () => {
  it.each(Object.entries(makers))('%s has the defaults of its comments', (_, [make, file]) => {
    const stated = documented(file)
    expect(Object.keys(stated).length).toBeGreaterThan(0)
    expect(make().getConfig()).toMatchObject(stated)
  })

  it('classEmbedding starts with entries of variance gain², the numbers of its key', () => {
    for (const [noClass, rows] of [
      [true, 3],
      [false, 2],
    ] as const) {
      const layer = nn.classEmbedding({ classes: 2, size: 5, key: k, noClass, gain: 3 })
      tidy(() => void layer.apply(ones([1, 1])))
      const [vectors] = layer.getWeights()
      expect(vectors!.dataSync()).toBeAllClose(normalArray(k, 1, 5 * rows).map((x) => 3 * x))
      layer.dispose()
    }
  })
})

/** What a layer does beside its shape. */
function optionsOf(layer: layers.Layer): object {
  const wanted = [
    'activation',
    'gain',
    'groups',
    'epsilon',
    'spectral',
    'stride',
    'size',
    'groupSize',
    'method',
    'heads',
  ]
  const config = layer.getConfig()
  return Object.fromEntries(wanted.filter((name) => name in config).map((name) => [name, config[name]]))
}

const layersOf = (network: { layers: layers.Layer[] }, className: string) =>
  network.layers.filter((layer) => layer.getClassName() === className).map(optionsOf)

/** Mean square of a kernel times its inputs: the gain squared. */
function gainOf(layer: layers.Layer): number {
  const kernel = layer.getWeights()[0] as Tensor
  const fanIn = kernel.size / kernel.shape.at(-1)!
  return Math.sqrt(tidy(() => mean(square(kernel)).dataSync()[0]!) * fanIn)
}

describe('models', () => {
  it('convEncoder: convolutions of gain √2, groups of 4 channels or more, SiLU', () => {
    const network = nn.convEncoder({ shape: [28, 28, 1], outputs: 4, widths: [32, 64, 20], key: k })
    const conv = { activation: 'linear', gain: Math.SQRT2, spectral: false, stride: 2, size: 3 }
    expect(layersOf(network, 'GenConvolution')).toEqual([conv, conv, conv])
    const norm = { activation: 'silu', epsilon: 1e-5 }
    expect(layersOf(network, 'GenGroupNormalization')).toEqual([8, 8, 5].map((groups) => ({ ...norm, groups })))
    expect(layersOf(network, 'GenDense')).toEqual([{ activation: 'linear', gain: 1, spectral: false }])
    expect(gainOf(network.getLayer('encoder_1_conv'))).toBeCloseTo(Math.SQRT2, 1)
    network.dispose()
  })

  it('convEncoder: options reach the layers', () => {
    const options = { activation: 'leakyRelu', normalization: 'none', spectral: true, groupSize: 2, gain: 0.5 } as const
    const network = nn.convEncoder({ shape: [8, 8, 1], outputs: 1, widths: [4], key: k, ...options })
    const conv = { activation: 'leakyRelu', gain: Math.SQRT2, spectral: true, stride: 2, size: 3 }
    expect(layersOf(network, 'GenConvolution')).toEqual([conv])
    expect(layersOf(network, 'GenMinibatchStdDev')).toEqual([{ groupSize: 2 }])
    expect(layersOf(network, 'GenDense')).toEqual([{ activation: 'linear', gain: 0.5, spectral: true }])
    network.dispose()
  })

  it('convDecoder: convolutions of gain √2 after each doubling', () => {
    const network = nn.convDecoder({ inputs: 4, shape: [8, 8, 1], widths: [32, 64], key: k })
    const gains = layersOf(network, 'GenConvolution').map((options) => (options as { gain: number }).gain)
    expect(gains).toEqual([...Array(gains.length - 1).fill(Math.SQRT2), 1])
    expect(gains.length).toBeGreaterThan(1)
    network.dispose()
  })

  it('mlp: SiLU within, nothing at the end, and a gain there only', () => {
    const network = nn.mlp({ inputs: 64, outputs: 64, widths: [64], gain: 3, key: k })
    expect(layersOf(network, 'GenDense')).toEqual([
      { activation: 'silu', gain: 1, spectral: false },
      { activation: 'linear', gain: 3, spectral: false },
    ])
    expect(network.layers.slice(1).map(gainOf)[1]).toBeCloseTo(3, 0)
    const [first, second] = network.layers.slice(1).map((layer) => layer.getConfig().key)
    expect([first, second]).toEqual([fold(k, 0), fold(k, 1)])
    network.dispose()
  })
})
