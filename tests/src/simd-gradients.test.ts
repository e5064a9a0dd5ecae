/** Training on `simd`: the gradient of Σ f(x)² through each kernel is what it is on `cpu`. */
import { useBackend } from '@gen/backend'
import { registerSimdBackend, setThreads } from '@gen/backend-simd'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

/** Distinct values away from the kinks of functions, in an order without pattern. */
function values(size: number, { min = -2, max = 2 } = {}): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => min + ((max - min) * (((i * 7919) % 1009) + 0.37)) / 1009)
}

type Function = (...inputs: tf.Tensor[]) => tf.Tensor
interface Case {
  readonly f: Function
  readonly shapes: number[][]
  readonly range?: { min: number; max: number }
}

const image = [2, 6, 8, 5]
const positive = { min: 0.2, max: 3 }
const inside = { min: -0.9, max: 0.9 }
const unary = (f: Function, range?: Case['range']): Case => ({ f, shapes: [[3, 37]], ...(range && { range }) })
const binary = (f: Function, range?: Case['range']): Case => ({
  f,
  shapes: [
    [3, 4, 7],
    [4, 1],
  ],
  ...(range && { range }),
})
/** tfjs's gradients of some functions do not reduce over broadcast dimensions. */
const alike = (f: Function): Case => ({
  f,
  shapes: [
    [3, 4, 7],
    [3, 4, 7],
  ],
})
const as4D = (x: tf.Tensor) => x as tf.Tensor4D

const cases: Record<string, Case> = {
  abs: unary(tf.abs),
  acos: unary(tf.acos, inside),
  asin: unary(tf.asin, inside),
  asinh: unary(tf.asinh),
  atan: unary(tf.atan),
  atanh: unary(tf.atanh, inside),
  clipByValue: unary((x) => tf.clipByValue(x, -1, 1)),
  cos: unary(tf.cos),
  cosh: unary(tf.cosh),
  elu: unary(tf.elu),
  erf: unary(tf.erf),
  exp: unary(tf.exp),
  expm1: unary(tf.expm1),
  leakyRelu: unary((x) => tf.leakyRelu(x, 0.2)),
  log: unary(tf.log, positive),
  log1p: unary(tf.log1p, positive),
  logSigmoid: unary(tf.logSigmoid),
  neg: unary(tf.neg),
  reciprocal: unary(tf.reciprocal, positive),
  relu: unary(tf.relu),
  relu6: unary(tf.relu6, { min: -2, max: 8 }),
  rsqrt: unary(tf.rsqrt, positive),
  selu: unary(tf.selu),
  sigmoid: unary(tf.sigmoid),
  sin: unary(tf.sin),
  sinh: unary(tf.sinh),
  softplus: unary(tf.softplus),
  sqrt: unary(tf.sqrt, positive),
  square: unary(tf.square),
  tan: unary(tf.tan, inside),
  tanh: unary(tf.tanh),
  softmax: unary((x) => tf.softmax(x)),
  logSoftmax: unary((x) => tf.logSoftmax(x)),
  logSumExp: unary((x) => tf.logSumExp(x, 1)),

  add: binary((a, b) => tf.add(a, b)),
  sub: binary((a, b) => tf.sub(a, b)),
  mul: binary((a, b) => tf.mul(a, b)),
  div: binary((a, b) => tf.div(a, b), positive),
  maximum: alike((a, b) => tf.maximum(a, b)),
  minimum: alike((a, b) => tf.minimum(a, b)),
  pow: binary((a, b) => tf.pow(a, b), positive),
  mod: binary((a, b) => tf.mod(a, tf.add(b, 4)), positive),
  squaredDifference: alike((a, b) => tf.squaredDifference(a, b)),
  atan2: binary((a, b) => tf.atan2(a, b), positive),
  prelu: { f: (x, alpha) => tf.prelu(x, alpha), shapes: [[3, 7], [7]] },
  where: binary((a, b) => tf.where(tf.greaterEqual(a, b), a, tf.mul(b, 2))),
  addN: {
    f: (...xs) => tf.addN(xs),
    shapes: [
      [3, 5],
      [3, 5],
      [3, 5],
    ],
  },

  sum: unary((x) => tf.sum(x, 0)),
  mean: { f: (x) => tf.mean(x, [0, 2]), shapes: [[3, 4, 5]] },
  max: unary((x) => tf.max(x, 1)),
  min: unary((x) => tf.min(x, 0)),
  prod: { f: (x) => tf.prod(x, 1), shapes: [[3, 4]], range: positive },
  cumsum: { f: (x) => tf.cumsum(x, 1, true, true), shapes: [[3, 4, 5]] },
  moments: unary((x) => tf.moments(x, 1).variance),

  transpose: { f: (x) => tf.transpose(x, [2, 0, 1]), shapes: [[3, 4, 5]] },
  concat: {
    f: (...xs) => tf.concat(xs, 1),
    shapes: [
      [3, 4],
      [3, 1],
      [3, 7],
    ],
  },
  stack: {
    f: (...xs) => tf.stack(xs, 1),
    shapes: [
      [3, 4],
      [3, 4],
    ],
  },
  split: { f: (x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor])), shapes: [[3, 8]] },
  unstack: { f: (x) => tf.addN(tf.unstack(x, 1)), shapes: [[3, 4, 5]] },
  slice: { f: (x) => tf.slice(x, [1, 0, 2], [2, 3, 3]), shapes: [[3, 4, 5]] },
  pad: {
    f: (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 3],
        ],
        0.5,
      ),
    shapes: [[3, 8]],
  },
  tile: { f: (x) => tf.tile(x, [2, 1, 3]), shapes: [[3, 4, 5]] },
  broadcastTo: { f: (x) => tf.broadcastTo(x, [6, 3, 5]), shapes: [[3, 1]] },
  reverse: { f: (x) => tf.reverse(x, [1]), shapes: [[3, 8]] },
  gather: { f: (x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1, 2], 'int32'), 1), shapes: [[3, 4, 5]] },
  segmentSum: {
    f: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 3], 'int32'), 4),
    shapes: [[4, 9]],
  },

  avgPool: { f: (x) => tf.avgPool(as4D(x), 2, 2, 'valid'), shapes: [image] },
  maxPool: { f: (x) => tf.maxPool(as4D(x), 2, 2, 'same'), shapes: [image] },
  maxPoolOverlapping: { f: (x) => tf.maxPool(as4D(x), 3, 1, 'same'), shapes: [image] },
  resizeNearest: { f: (x) => tf.image.resizeNearestNeighbor(as4D(x), [12, 12]), shapes: [[1, 6, 6, 5]] },
  resizeBilinear: { f: (x) => tf.image.resizeBilinear(as4D(x), [12, 12]), shapes: [[2, 6, 6, 5]] },
  batchNorm: {
    f: (x, mean, variance, scale) =>
      tf.batchNorm(x, mean as tf.Tensor1D, tf.add(tf.square(variance), 0.5), mean as tf.Tensor1D, scale as tf.Tensor1D),
    shapes: [image, [5], [5], [5]],
  },
}

/** The gradients for all inputs on a backend. */
async function gradients(backend: 'cpu' | 'simd', { f, shapes, range }: Case): Promise<Float32Array[]> {
  await useBackend(backend)
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => {
      const size = shape.reduce((product, extent) => product * extent, 1)
      return tf.tensor(values(size + i, range).slice(i), shape)
    })
    const loss = (...xs: tf.Tensor[]) => tf.sum(tf.square(f(...xs)))
    return tf
      .grads(loss)(inputs)
      .map((gradient) => gradient.dataSync<'float32'>())
  })
}

describe('gradients on simd', () => {
  beforeAll(async () => {
    registerSimdBackend({ threads: 2 })
    await useBackend('simd')
  })

  it.each(Object.keys(cases))('%s', async (name) => {
    const expected = await gradients('cpu', cases[name]!)
    for (const threads of [2, 1]) {
      await useBackend('simd')
      await setThreads(threads)
      const actual = await gradients('simd', cases[name]!)
      for (const [i, gradient] of actual.entries()) {
        // Relative to the largest: gradients that cancel have the error of what they cancelled from.
        const scale = Math.max(...expected[i]!.map(Math.abs), 1e-30)
        const scaled = (array: Float32Array) => array.map((x) => x / scale)
        expect(scaled(gradient)).toBeAllClose(scaled(expected[i]!), { rtol: 1e-5, atol: 1e-6 })
      }
    }
  })
})
