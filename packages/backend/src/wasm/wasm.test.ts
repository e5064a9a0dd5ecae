import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { key, normalArray, useBackend } from '../index.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

/** Runs on cpu, then on wasm, and compares: the same numbers go in. */
async function agree(run: (draw: (shape: number[]) => tf.Tensor) => tf.Tensor[]): Promise<void> {
  const results = [] as ArrayLike<number>[][]
  for (const name of ['cpu', 'wasm'] as const) {
    await useBackend(name)
    let seed = 0
    const draw = (shape: number[]) => tf.tensor(normalArray(key(seed++), 1, tf.util.sizeFromShape(shape)), shape)
    results.push(tf.tidy(() => run(draw).map((tensor) => tensor.dataSync())))
  }
  const [cpu, wasm] = results as [ArrayLike<number>[], ArrayLike<number>[]]
  cpu.forEach((expected, i) => {
    expect(wasm[i]).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-4 })
  })
}

const size = (max: number) => fc.integer({ min: 1, max })
const explicit: [number, number][] = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
]
// Strides do not exceed the filter: there wasm's forward pass gives zeros.
const shapes = fc.record({
  batch: size(3),
  height: fc.integer({ min: 4, max: 9 }),
  width: fc.integer({ min: 4, max: 9 }),
  channels: size(3),
  out: size(3),
  rows: size(4),
  columns: size(4),
  stride: fc.tuple(size(3), size(3)),
  pad: fc.constantFrom('same' as const, 'valid' as const, explicit as never),
})

describe('gradients on wasm equal those on cpu', () => {
  it('convolution, any stride and padding', () =>
    fc.assert(
      fc.asyncProperty(shapes, ({ batch, height, width, channels, out, rows, columns, stride, pad }) =>
        agree((draw) => {
          const steps: [number, number] = [Math.min(stride[0], rows), Math.min(stride[1], columns)]
          const conv = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, steps, pad)
          const tensors = [draw([batch, height, width, channels]), draw([rows, columns, channels, out])]
          return tf.grads((x, w) => tf.sum(tf.square(conv(x, w))))(tensors)
        }),
      ),
      { numRuns: 25, seed: 1 },
    ))

  it('depthwise convolution, any stride and padding', () =>
    fc.assert(
      fc.asyncProperty(shapes, ({ batch, height, width, channels, out, rows, columns, stride, pad }) =>
        agree((draw) => {
          const step = Math.min(stride[0], rows, columns)
          const conv = (x: tf.Tensor, w: tf.Tensor) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, step, pad)
          const tensors = [draw([batch, height, width, channels]), draw([rows, columns, channels, out])]
          return tf.grads((x, w) => tf.sum(tf.square(conv(x, w))))(tensors)
        }),
      ),
      { numRuns: 25, seed: 2 },
    ))

  it('gather', () =>
    agree((draw) => {
      const rows = tf.tensor2d(
        [
          [4, 0, 4],
          [1, 2, 0],
        ],
        [2, 3],
        'int32',
      )
      return [tf.grad((x) => tf.sum(tf.square(tf.gather(x, rows))))(draw([5, 3]))]
    }))

  it('average and max pooling', () =>
    agree((draw) => [
      tf.grad((x) => tf.sum(tf.square(tf.avgPool(x as tf.Tensor4D, 3, 2, 'same'))))(draw([2, 5, 6, 2])),
      tf.grad((x) => tf.sum(tf.square(tf.maxPool(x as tf.Tensor4D, 3, 2, 'same'))))(draw([2, 5, 6, 2])),
    ]))
})

describe('kernels on wasm equal those on cpu', () => {
  it('matMul with transpose flags and batches', () =>
    fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), size(3), size(5), size(5), size(5), (flipA, flipB, batch, n, m, k) =>
        agree((draw) => {
          const a = draw(flipA ? [batch, k, n] : [batch, n, k])
          const b = draw(flipB ? [batch, m, k] : [batch, k, m])
          const [a2, b2] = [draw(flipA ? [k, n] : [n, k]), draw(flipB ? [m, k] : [k, m])] as [tf.Tensor2D, tf.Tensor2D]
          const fused = {
            a: a2,
            b: b2,
            transposeA: flipA,
            transposeB: flipB,
            bias: draw([m]),
            activation: 'relu' as const,
          }
          return [tf.matMul(a, b, flipA, flipB), tf.fused.matMul(fused)]
        }),
      ),
      { numRuns: 30, seed: 3 },
    ))

  it('cumsum along a negative axis', () =>
    agree((draw) => [tf.cumsum(draw([2, 3, 4]), -2), tf.cumprod(draw([2, 3]), -1)]))
})
