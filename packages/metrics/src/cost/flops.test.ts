import { key } from '@gen/backend'
import {
  adaptiveGroupNormalization,
  classEmbedding,
  convolution,
  defineLayer,
  dense,
  downsample,
  filmLayer,
  groupNormalization,
  residualBlock,
  selfAttention,
  siluLayer,
  sinusoidalEmbedding,
  upsample,
} from '@gen/nn'
import { input, type LayersModel, layers, model, type SymbolicTensor, sequential } from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { type CountFlopsOptions, countFlops, type FlopCount } from './flops.ts'
import { elementwise } from './work.ts'

/** Counts, and disposes the model. */
function count(made: LayersModel, options?: CountFlopsOptions): FlopCount {
  const result = countFlops(made, options)
  made.dispose()
  return result
}

/** The model of one layer; what comes before trains, so that the input's gradient counts, or does not. */
function single(layer: layers.Layer, shapes: number[][], before = false): Pick<FlopCount, 'forward' | 'backward'> {
  const inputs = shapes.map((shape) => input({ shape }))
  const entries = before ? inputs.map((x) => layers.prelu({ sharedAxes: [1] }).apply(x) as SymbolicTensor) : inputs
  const outputs = layer.apply(entries.length === 1 ? entries[0]! : entries) as SymbolicTensor
  const { layers: rows, unknown } = count(model({ inputs, outputs }))
  expect(unknown).toEqual([])
  const { forward, backward } = rows.at(-1)!
  return { forward, backward }
}

describe('countFlops', () => {
  it('counts a perceptron by hand', () => {
    const mlp = sequential({
      layers: [layers.dense({ units: 3, inputShape: [4], activation: 'relu' }), layers.dense({ units: 2 })],
    })
    const result = count(mlp)
    expect(result).toMatchObject({ parameters: 12 + 3 + 6 + 2, trainableParameters: 23, unknown: [] })
    // 12 and 6 products and sums, 3 and 2 biases, 3 activations.
    expect(result.layers.map(({ forward }) => forward)).toEqual([24 + 3 + 3, 12 + 2])
    // The first layer: kernel, bias, activation, no input. The second: kernel, bias, input.
    expect(result.layers.map(({ backward }) => backward)).toEqual([24 + 3 + 3, 12 + 2 + 12])
    expect([result.forward, result.backward]).toEqual([44, 56])
  })

  it.each([
    // [layer, input, products per sample, outputs]
    ['same', layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same' }), [8, 8, 3], 8 * 8 * 16 * 27, 8 * 8 * 16],
    ['valid, stride 2', layers.conv2d({ filters: 4, kernelSize: 3, strides: 2 }), [9, 9, 2], 4 * 4 * 4 * 18, 4 * 4 * 4],
    ['signal', layers.conv1d({ filters: 4, kernelSize: 5, padding: 'same' }), [10, 2], 10 * 4 * 10, 40],
    [
      'transposed',
      layers.conv2dTranspose({ filters: 6, kernelSize: 4, strides: 2, padding: 'same' }),
      [5, 5, 3],
      5 * 5 * 3 * 16 * 6,
      10 * 10 * 6,
    ],
    [
      'depthwise',
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
      [6, 6, 4],
      36 * 8 * 9,
      36 * 8,
    ],
    ['dense over positions', layers.dense({ units: 7 }), [6, 5], 6 * 7 * 5, 42],
    ['convolution of @gen/nn', convolution({ channels: 5, stride: 2, key: key(0) }), [7, 7, 2], 16 * 5 * 18, 16 * 5],
    ['its signal form', convolution({ channels: 5, size: 5, key: key(0) }), [9, 2], 9 * 5 * 10, 45],
    ['dense of @gen/nn', dense({ units: 7, key: key(0) }), [5], 35, 7],
    ['upsample by convolution', upsample({ method: 'conv', key: key(0) }), [4, 4, 3], 64 * 27 * 3, 64 * 3],
  ])('counts products: %s', (_, layer, shape, macs, outputs) => {
    const kernelAndBias = 2 * macs + outputs
    expect(single(layer, [shape])).toEqual({ forward: kernelAndBias, backward: kernelAndBias })
  })

  it('adds the gradient of the input where something before trains', () => {
    const conv = () => layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false })
    const macs = 25 * 4 * 18
    expect(single(conv(), [[5, 5, 2]])).toEqual({ forward: 2 * macs, backward: 2 * macs })
    expect(single(conv(), [[5, 5, 2]], true)).toEqual({ forward: 2 * macs, backward: 4 * macs })
  })

  it('leaves out the weights’ gradients of frozen layers, but not the way through them', () => {
    const frozen = layers.dense({ units: 2, useBias: false, trainable: false })
    expect(single(frozen, [[3]])).toEqual({ forward: 12, backward: 0 })
    const again = layers.dense({ units: 2, useBias: false, trainable: false })
    expect(single(again, [[3]], true)).toEqual({ forward: 12, backward: 12 })
  })

  it('counts a separable convolution as its two steps', () => {
    const layer = layers.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' })
    const [deep, point] = [16 * 4 * 9, 16 * 4 * 6]
    const outputs = 16 * 6
    // Backward: both kernels, the bias, the activation, and the middle's gradient; not the input's.
    expect(single(layer, [[4, 4, 4]])).toEqual({
      forward: 2 * deep + 2 * point + outputs + outputs,
      backward: 2 * deep + 2 * point + outputs + outputs + 2 * point,
    })
  })

  it('counts layers without products by the element', () => {
    expect(single(layers.batchNormalization(), [[5, 4]])).toEqual({ forward: 140, backward: 60 })
    expect(single(layers.batchNormalization(), [[5, 4]], true)).toEqual({ forward: 140, backward: 60 + 160 })
    expect(single(groupNormalization({ groups: 2 }), [[5, 4]], true)).toEqual({ forward: 140, backward: 220 })
    expect(single(groupNormalization({ groups: 2, activation: 'silu' }), [[5, 4]])).toEqual({
      forward: 160,
      backward: 60 + 20,
    })
    expect(single(siluLayer(), [[5, 4]], true)).toEqual({ forward: 20, backward: 20 })
    expect(single(layers.softmax(), [[10]], true)).toEqual({ forward: 50, backward: 40 })
    expect(single(layers.maxPooling2d({ poolSize: 2 }), [[4, 4, 3]], true)).toEqual({ forward: 48, backward: 12 })
    expect(single(layers.averagePooling2d({ poolSize: 2 }), [[4, 4, 3]], true)).toEqual({ forward: 48, backward: 48 })
    expect(single(downsample(), [[4, 4, 3]], true)).toEqual({ forward: 48, backward: 48 })
    expect(single(upsample(), [[2, 2, 3]], true)).toEqual({ forward: 0, backward: 48 })
    expect(single(layers.add(), [[6], [6], [6]], true)).toEqual({ forward: 12, backward: 0 })
    expect(single(layers.multiply(), [[6], [6]], true)).toEqual({ forward: 6, backward: 12 })
    expect(single(layers.flatten(), [[6, 2]], true)).toEqual({ forward: 0, backward: 0 })
    expect(single(sinusoidalEmbedding({ size: 8 }), [[1]])).toEqual({ forward: 16, backward: 0 })
    expect(single(classEmbedding({ classes: 10, size: 4, key: key(0) }), [[1]])).toEqual({ forward: 88, backward: 88 })
  })

  it('counts self-attention by hand', () => {
    // 16 positions, 8 channels, 2 heads.
    const [n, c, heads] = [16, 8, 2]
    const map = 2 * n * c * c
    const biases = 3 * n * c
    const scores = n * n * heads
    const between = 2 * 2 * n * n * c
    const forward = 7 * n * c + 4 * map + biases + between + scores + 5 * scores + n * c
    expect(single(selfAttention({ heads, key: key(0) }), [[4, 4, c]]).forward).toBe(forward)
    // Four kernels and their inputs' gradients, biases, both factors of both products, softmax, scale, norm's own
    // weights.
    const own = 4 * map + biases + 4 * map + 2 * between + scores + 4 * scores + 3 * n * c
    expect(single(selfAttention({ heads, key: key(0) }), [[4, 4, c]]).backward).toBe(own)
    // The input's: through the normalization, and the sum with the residual.
    expect(single(selfAttention({ heads, key: key(0) }), [[4, 4, c]], true).backward).toBe(own + 8 * n * c + n * c)
  })

  it('counts a residual block with an embedding by hand', () => {
    const [n, from, to, size] = [36, 4, 6, 10]
    const block = () => residualBlock({ channels: to, key: key(0) })
    const shapes = [[6, 6, from], [size]]
    const [conv1, conv2, skip] = [2 * n * 9 * from * to, 2 * n * 9 * to * to, 2 * n * from * to]
    const film = 2 * size * 2 * to
    const biases = 3 * n * to + 2 * to
    const normAndSilu = 8 * n * from + 8 * n * to
    expect(single(block(), shapes).forward).toBe(conv1 + conv2 + skip + film + biases + normAndSilu + n * to)
    const kernels = conv1 + conv2 + skip + film + biases
    // Inner gradients: through conv₁ and both SiLU, conv₂, the second norm (whose scale and offset come from the
    // embedding).
    const inner = conv1 + n * from + conv2 + n * to + (3 + 8) * n * to
    expect(single(block(), shapes).backward).toBe(kernels + inner + 3 * n * from)
  })

  it('counts what an embedding modulates: a dense map, then its scale and offset', () => {
    const shapes = [[3, 4], [5]]
    const map = 2 * 40 + 8
    const norm = () => adaptiveGroupNormalization({ groups: 2, key: key(0) })
    expect(single(norm(), shapes)).toEqual({ forward: map + 7 * 12, backward: map + 3 * 12 })
    expect(single(norm(), shapes, true).backward).toBe(map + 3 * 12 + 80 + 8 * 12)
    const film = () => filmLayer({ key: key(0) })
    expect(single(film(), shapes)).toEqual({ forward: map + 2 * 12, backward: map + 3 * 12 })
    expect(single(film(), shapes, true).backward).toBe(map + 3 * 12 + 80 + 12)
    const added = residualBlock({
      channels: 4,
      embedding: 'add',
      normalization: 'none',
      activation: 'linear',
      key: key(0),
    })
    const conv = 2 * 3 * 3 * 16 + 12
    const embedding = 2 * 20 + 4
    expect(single(added, shapes).forward).toBe(2 * conv + embedding + 12 + 12)
  })

  it('counts a shared layer at each place, and a nested model’s layers', () => {
    const shared = layers.dense({ units: 4, useBias: false })
    const x = input({ shape: [4] })
    const inner = sequential({
      layers: [layers.dense({ units: 4, inputShape: [4], useBias: false, activation: 'relu' })],
    })
    const twice = shared.apply(shared.apply(x)) as SymbolicTensor
    const outer = model({ inputs: x, outputs: inner.apply(twice) as SymbolicTensor })
    const result = count(outer)
    expect(result.parameters).toBe(32)
    expect(result.layers.map(({ forward }) => forward)).toEqual([32, 32, 36])
    expect(result.layers.map(({ backward }) => backward)).toEqual([32, 64, 68])
    // tfjs counts a reference for each place.
    shared.dispose()
  })

  it('names the layers that it does not know, unless it is told their rule', () => {
    const mystery = defineLayer({
      where: 'test.mystery',
      className: 'TestMystery',
      outputShape: ([x]) => x!,
      call: ([x]) => x!,
    })
    const made = () =>
      sequential({ layers: [layers.dense({ units: 2, inputShape: [3] }), mystery({ name: 'riddle' })] })
    expect(count(made())).toMatchObject({ forward: 14, unknown: ['riddle (TestMystery)'] })
    const rules = { TestMystery: () => elementwise(5) }
    expect(count(made(), { rules })).toMatchObject({ forward: 19, unknown: [] })
  })

  it('refuses sizes that are not known', () => {
    const free = sequential({
      layers: [layers.conv2d({ filters: 1, kernelSize: 3, inputShape: [null, null, 1], name: 'free' })],
    })
    expect(() => countFlops(free)).toThrow('expected known sizes at layer')
    free.dispose()
  })
})
