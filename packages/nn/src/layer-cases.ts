/** Every layer of this package in each of its modes, for the laws in `layers.test.ts`. @module */
import type { Key } from '@gen/backend'
import { initializers, layers } from '@tensorflow/tfjs-layers'
import * as nn from './index.ts'

/** A layer and what it takes. */
export interface LayerCase {
  make: (k: Key) => layers.Layer
  /** Shapes of the inputs, batch first. */
  inputs: number[][]
  output: number[]
  /** Shapes to refuse. */
  bad: number[][][]
  /** Labels below this instead of numbers. */
  classes?: number
}

/** By name. */
export const layerCases: Record<string, LayerCase> = {
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
  layerNormalization: {
    make: () => nn.layerNormalization(),
    inputs: [[2, 3, 4]],
    output: [2, 3, 4],
    bad: [[[2, 3, 5]], [[2, 3, 2, 4]]],
  },
  tokenEmbedding: {
    make: (k) => nn.tokenEmbedding({ tokens: 3, size: 4, key: k }),
    inputs: [[4, 5]],
    output: [4, 5, 4],
    bad: [[[4, 6]], [[4]]],
    classes: 3,
  },
  transformerBlock: {
    make: (k) => nn.transformerBlock({ heads: 2, expansion: 2, key: k }),
    inputs: [[2, 3, 4]],
    output: [2, 3, 4],
    bad: [[[2, 3, 5]], [[2, 3, 6]], [[2, 4]]],
  },
  'transformerBlock, window': {
    make: (k) => nn.transformerBlock({ heads: 2, window: 2, expansion: 1, key: k }),
    inputs: [[2, 3, 4]],
    output: [2, 3, 4],
    bad: [[[2, 3, 6]]],
  },
  'transformerBlock, causal, one head': {
    make: (k) => nn.transformerBlock({ heads: 1, causal: true, window: 1, expansion: 1, key: k }),
    inputs: [[2, 3, 4]],
    output: [2, 3, 4],
    bad: [[[2, 3, 5]]],
  },
  crossAttention: {
    make: (k) => nn.crossAttention({ heads: 2, key: k }),
    inputs: [
      [2, 2, 3, 4],
      [2, 5, 3],
    ],
    output: [2, 2, 3, 4],
    bad: [
      [
        [2, 2, 3, 5],
        [2, 5, 3],
      ],
      [
        [2, 2, 3, 4],
        [2, 5],
      ],
    ],
  },
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
    make: (k) => nn.residualBlock({ channels: 8, key: k }),
    inputs: [[2, 3, 4, 2]],
    output: [2, 3, 4, 8],
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
