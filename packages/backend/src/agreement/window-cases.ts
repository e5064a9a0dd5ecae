/** For tests: convolutions, pooling, images, products. @module */
import * as tf from '@tensorflow/tfjs-core'
import type { Case, Draws } from './draws.ts'
import type { Maker } from './elementwise-cases.ts'

type Pad = 'same' | 'valid' | number
type Pair = [number, number]

const as4D = (x: tf.Tensor | undefined) => x as tf.Tensor4D
const as5D = (x: tf.Tensor | undefined) => x as tf.Tensor5D
const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'prelu', 'leakyrelu'] as const

/** Any padding that leaves no window without a pixel. */
function padding(d: Draws, [rows, columns]: Pair): Pad {
  const side = (size: number): Pair => [d.integer(0, size - 1), d.integer(0, size - 1)]
  const explicit = [[0, 0], side(rows), side(columns), [0, 0]]
  return d.pick<unknown>('same', 'valid', d.integer(0, Math.min(rows, columns) - 1), explicit) as Pad
}

function pair(d: Draws, most: number): Pair {
  return [d.integer(1, most), d.integer(1, most)]
}

/** Volumes and images of which some are below zero everywhere. */
function picture(d: Draws, shape: number[]) {
  return d.tensor(shape, 'float32', -3, d.pick(3, -0.5))
}

function pool(op: typeof tf.avgPool): Maker {
  return (d) => {
    const window = pair(d, 3)
    const input = picture(d, [d.integer(1, 2), d.integer(3, 6), d.integer(3, 6), d.integer(1, 3)])
    if (d.flag()) {
      // Not beyond the window, so that each holds a pixel.
      const stride = d.integer(1, window[0])
      return { inputs: [input], op: (x) => op(as4D(x), window[0], stride, 0, 'ceil') }
    }
    const pad = padding(d, window)
    const strides = pair(d, 3)
    return { inputs: [input], op: (x) => op(as4D(x), window, strides, pad) }
  }
}

function volumePool(op: typeof tf.avgPool3d): Maker {
  return (d) => {
    const [size, stride, pad] = [d.integer(1, 3), d.integer(1, 2), d.pick<Pad>('same', 'valid')]
    const input = picture(d, [d.integer(1, 2), d.integer(3, 4), d.integer(3, 5), 3, d.integer(1, 2)])
    return { inputs: [input], op: (x) => op(as5D(x), size, stride, pad) }
  }
}

function resize(op: typeof tf.image.resizeBilinear): Maker {
  return (d) => {
    const [corners, centers] = d.pick([false, false], [true, false], [false, true])
    const input = d.tensor([d.integer(1, 3), d.integer(1, 5), d.integer(1, 5), d.integer(1, 3)], d.number())
    const size = pair(d, 8)
    return { inputs: [input], op: (x) => op(as4D(x), size, corners, centers) }
  }
}

/** Activation, slopes and bias of a fused operation. */
function fusedParts(d: Draws, channels: number) {
  const activation = d.pick(...activations)
  const bias = d.tensor(d.pick([channels], [1]))
  const slopes = d.tensor([channels])
  const settings = (b: tf.Tensor, s: tf.Tensor) => ({
    bias: b,
    activation,
    leakyreluAlpha: 0.3,
    ...(activation === 'prelu' && { preluActivationWeights: s }),
  })
  return { bias, slopes, settings }
}

const convolutions: Record<string, Maker> = {
  conv2d: (d) => {
    const [window, channels] = [pair(d, 3), d.integer(1, 3)]
    const pad = padding(d, window)
    const strides = pair(d, 3)
    const rounding = typeof pad === 'number' ? d.pick(undefined, 'ceil' as const) : undefined
    const inputs = [
      d.tensor([2, d.integer(3, 7), d.integer(3, 7), channels]),
      d.tensor([...window, channels, d.integer(1, 4)]),
    ]
    return { inputs, op: (x, w) => tf.conv2d(as4D(x), as4D(w), strides, pad, 'NHWC', 1, rounding) }
  },
  'conv2d with dilations': (d) => {
    const [window, dilations] = [pair(d, 3), pair(d, 2)]
    const pad = d.pick<Pad>('same', 'valid')
    const inputs = [d.tensor([2, d.integer(5, 8), d.integer(5, 8), 2]), d.tensor([...window, 2, 3])]
    return { inputs, op: (x, w) => tf.conv2d(as4D(x), as4D(w), 1, pad, 'NHWC', dilations) }
  },
  'conv2d, channels first': (d) => {
    const pad = d.pick<Pad>('same', 'valid')
    return {
      inputs: [d.tensor([2, 3, 5, 4]), d.tensor([2, 3, 3, 2])],
      op: (x, w) => tf.conv2d(as4D(x), as4D(w), 2, pad, 'NCHW'),
    }
  },
  depthwiseConv2d: (d) => {
    const [window, stride, channels] = [pair(d, 3), d.integer(1, 3), d.integer(1, 3)]
    const pad = padding(d, window)
    const inputs = [
      d.tensor([2, d.integer(3, 7), d.integer(3, 7), channels]),
      d.tensor([...window, channels, d.integer(1, 3)]),
    ]
    return { inputs, op: (x, w) => tf.depthwiseConv2d(as4D(x), as4D(w), stride, pad) }
  },
  conv2dTranspose: (d) => {
    const [window, stride, pad] = [pair(d, 3), d.integer(1, 3), d.pick<Pad>('same', 'valid')]
    const [rows, columns] = window.map((k) => (pad === 'same' ? 3 * stride : 2 * stride + k)) as Pair
    const inputs = [d.tensor([2, 3, 3, 2]), d.tensor([...window, 3, 2])]
    return { inputs, op: (x, w) => tf.conv2dTranspose(as4D(x), as4D(w), [2, rows, columns, 3], stride, pad) }
  },
  conv3d: (d) => {
    const [stride, pad, channels] = [d.integer(1, 2), d.pick('same' as const, 'valid' as const), d.integer(1, 2)]
    const filter = d.tensor([...d.shape(3, 3, 3), channels, d.integer(1, 3)])
    const inputs = [d.tensor([d.integer(1, 2), d.integer(3, 5), d.integer(3, 5), 3, channels]), filter]
    return { inputs, op: (x, w) => tf.conv3d(as5D(x), as5D(w), stride, pad) }
  },
  conv3dTranspose: (d) => {
    const filter = d.tensor([...d.shape(3, 3, 3), 2, 2])
    return {
      inputs: [d.tensor([1, 2, 3, 2, 2]), filter],
      op: (x, w) => tf.conv3dTranspose(as5D(x), as5D(w), [1, 4, 6, 4, 2], 2, 'same'),
    }
  },
  'fused.conv2d': (d) => {
    const { bias, slopes, settings } = fusedParts(d, 4)
    const pad = padding(d, [3, 3])
    const inputs = [d.tensor([2, 5, 6, 2]), d.tensor([3, 3, 2, 4]), bias, slopes]
    return {
      inputs,
      op: (x, w, b, s) => tf.fused.conv2d({ x: as4D(x), filter: as4D(w), strides: 1, pad, ...settings(b, s) }),
    }
  },
  'fused.depthwiseConv2d': (d) => {
    const { bias, slopes, settings } = fusedParts(d, 4)
    const pad = padding(d, [3, 3])
    const inputs = [d.tensor([2, 5, 6, 2]), d.tensor([3, 3, 2, 2]), bias, slopes]
    const op: Case['op'] = (x, w, b, s) =>
      tf.fused.depthwiseConv2d({ x: as4D(x), filter: as4D(w), strides: 1, pad, ...settings(b, s) })
    return { inputs, op }
  },
  dilation2d: (d) => {
    const [stride, pad] = [d.integer(1, 2), d.pick<Pad>('same', 'valid')]
    const inputs = [picture(d, [2, 5, 6, 2]), d.tensor([2, 3, 2])]
    return { inputs, op: (x, w) => tf.dilation2d(as4D(x), w as tf.Tensor3D, stride, pad as 'same') }
  },
}

/** A value that is no number must not be hidden by an activation, or by windows and products that do not hold it. */
const unhidden: Record<string, Maker> = {
  'NaN in convolutions': (d) => {
    const activation = d.pick('linear' as const, 'relu' as const, 'relu6' as const, 'elu' as const, 'sigmoid' as const)
    const inputs = [d.hard([1, 4, 4, 2]), d.tensor([2, 2, 2, 2])]
    const op: Case['op'] = (x, w) => {
      const parts = { x: as4D(x), filter: as4D(w), strides: 1, pad: 'same' as const, activation }
      return [tf.fused.conv2d(parts), tf.fused.depthwiseConv2d(parts), tf.conv2d(as4D(x), as4D(w), 1, 'same')]
    }
    return { inputs, op: (x, w) => [op(x, w)].flat().map(tf.isNaN) }
  },
  'NaN in products': (d) => {
    const activation = d.pick('linear' as const, 'relu' as const, 'relu6' as const, 'elu' as const, 'sigmoid' as const)
    const inputs = [d.hard([5, 3]), d.tensor([3, 4])]
    return { inputs, op: (a, b) => tf.isNaN(tf.fused.matMul({ a: a, b: b, activation })) }
  },
  'NaN in averages': (d) => ({
    inputs: [d.hard([1, 4, 4, 2])],
    op: (x) => [tf.avgPool(as4D(x), 2, 1, 'same'), tf.mean(x, 1), tf.sum(x, [1, 2]), tf.max(x, 3)].map(tf.isNaN),
  }),
}

const products: Record<string, Maker> = {
  matMul: (d) => {
    const [n, m, k, left, right] = [d.integer(1, 5), d.integer(1, 5), d.integer(1, 5), d.flag(), d.flag()]
    const batch = d.shape(0, 3, 3)
    const a = d.tensor([...d.narrower(batch), ...(left ? [k, n] : [n, k])])
    const b = d.tensor([...d.narrower(batch), ...(right ? [m, k] : [k, m])])
    return { inputs: [a, b], op: (x, y) => tf.matMul(x, y, left, right) }
  },
  'matMul of integers': (d) => ({
    inputs: [d.tensor([2, 3], 'int32'), d.tensor([3, 2], 'int32')],
    op: (x, y) => tf.matMul(x, y),
  }),
  'fused.matMul': (d) => {
    const { bias, slopes, settings } = fusedParts(d, 4)
    const batch = d.pick([], [2])
    const inputs = [d.tensor([...batch, 3, 5]), d.tensor([...batch, 5, 4]), bias, slopes]
    return { inputs, op: (a, b, c, s) => tf.fused.matMul({ a: a, b: b, ...settings(c, s) }) }
  },
}

const images: Record<string, Maker> = {
  avgPool: pool(tf.avgPool),
  maxPool: pool(tf.maxPool),
  avgPool3d: volumePool(tf.avgPool3d),
  maxPool3d: volumePool(tf.maxPool3d),
  maxPoolWithArgmax: (d) => {
    const [size, stride, pad, batch] = [d.integer(1, 3), d.integer(1, 2), d.pick<Pad>('same', 'valid'), d.flag()]
    const op: Case['op'] = (x) => Object.values(tf.maxPoolWithArgmax(as4D(x), size, stride, pad, batch))
    return { inputs: [picture(d, [2, d.integer(3, 5), d.integer(3, 5), 2])], op }
  },
  resizeBilinear: resize(tf.image.resizeBilinear),
  resizeNearestNeighbor: resize(tf.image.resizeNearestNeighbor),
  turned: (d) => ({
    inputs: [d.tensor([2, 5, 4, 2])],
    op: (x) => [tf.image.flipLeftRight(as4D(x)), tf.image.rotateWithOffset(as4D(x), 0.7, 0.5, [0.4, 0.6])],
  }),
  transform: (d) => {
    const [mode, fill] = [d.pick('nearest' as const, 'bilinear' as const), d.pick('constant' as const, 'wrap' as const)]
    const op: Case['op'] = (x) => tf.image.transform(as4D(x), [[1, 0.2, -0.5, 0.1, 0.9, 0.3, 0, 0.01]], mode, fill, 0.5)
    return { inputs: [d.tensor([1, 5, 4, 2])], op }
  },
  localResponseNormalization: (d) => ({
    inputs: [d.tensor([1, 2, 3, d.integer(1, 6)])],
    op: (x) => tf.localResponseNormalization(as4D(x), 1, 1, 0.5, 0.6),
  }),
}

/** By name. */
export const windowCases: Record<string, Maker> = { ...convolutions, ...unhidden, ...products, ...images }
