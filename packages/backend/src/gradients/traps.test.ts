/**
 * What tfjs does wrong, or cannot do, and this package does not repair; each with what to use instead. A test that fails
 * here is good news: the trap is gone.
 */
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { useBackend } from '../index.ts'

beforeAll(() => useBackend('cpu'))

/** Runs, and disposes what a gradient that throws leaves behind. */
function attempt(run: () => void): void {
  const engine = tf.engine()
  const keep = vi.spyOn(engine, 'keep')
  engine.startScope()
  try {
    run()
  } finally {
    engine.endScope()
    for (const { value } of keep.mock.results) (value as tf.Tensor).dispose()
    keep.mockRestore()
    engine.state.activeTape = null as never
  }
}

describe('sqrt', () => {
  it('has an infinite gradient at 0, as in mathematics: add an epsilon', () => {
    tf.tidy(() => {
      const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.sqrt(x)))
      expect([...gradient(tf.tensor1d([0])).dataSync()]).toEqual([Infinity])
      const safe = tf.grad((x: tf.Tensor) => tf.sum(tf.sqrt(tf.add(x, 1e-12))))
      expect(safe(tf.tensor1d([0])).dataSync()[0]).toBeCloseTo(5e5, -1)
    })
  })

  it('leaks NaN through where: bound the argument inside', () => {
    tf.tidy(() => {
      const leaks = tf.grad((x: tf.Tensor) => tf.sum(tf.where(tf.greater(x, 0), tf.sqrt(x), 0)))
      expect([...leaks(tf.tensor1d([-1, 4])).dataSync()]).toEqual([Number.NaN, 0.25])
      const safe = tf.grad((x: tf.Tensor) => {
        const inside = tf.where(tf.greater(x, 0), x, tf.onesLike(x))
        return tf.sum(tf.where(tf.greater(x, 0), tf.sqrt(inside), tf.zerosLike(x)))
      })
      expect([...safe(tf.tensor1d([-1, 4])).dataSync()]).toEqual([0, 0.25])
    })
  })
})

describe('no gradient at all', () => {
  it('fused.conv2d with dilations, also in tfjs-layers: conv2d has one', () => {
    attempt(() => {
      const x = tf.ones([1, 5, 5, 1]) as tf.Tensor4D
      const f = (filter: tf.Tensor) =>
        tf.sum(tf.fused.conv2d({ x, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', dilations: 2 }))
      expect(() => tf.grad(f)(tf.ones([3, 3, 1, 1]))).toThrow(/dilation rates greater than 1/)
    })
  })

  it('fused.conv2d with dimRoundingMode: conv2d has one', () => {
    attempt(() => {
      const x = tf.ones([1, 5, 5, 1]) as tf.Tensor4D
      const f = (filter: tf.Tensor) => {
        const parts = { x, filter: filter as tf.Tensor4D, strides: 2, pad: 0, dimRoundingMode: 'ceil' as const }
        return tf.sum(tf.fused.conv2d(parts))
      }
      expect(() => tf.grad(f)(tf.ones([2, 2, 1, 1]))).toThrow(expect.objectContaining({ code: 'backend' }))
      expect(f(tf.ones([2, 2, 1, 1])).dataSync()[0]).toBe(25)
    })
  })

  it('batchNorm without a scale: pass ones', () => {
    attempt(() => {
      const [mean, variance] = [tf.zeros([2]), tf.ones([2])]
      const f = (x: tf.Tensor) => tf.sum(tf.batchNorm(x as tf.Tensor2D, mean, variance))
      expect(() => tf.grad(f)(tf.ones([3, 2]))).toThrow()
      const whole = (x: tf.Tensor) =>
        tf.sum(tf.batchNorm(x as tf.Tensor2D, mean, variance, tf.zeros([2]), tf.ones([2])))
      expect(
        tf
          .grad(whole)(tf.ones([3, 2]))
          .dataSync()[0],
      ).toBeCloseTo(1, 2)
    })
  })
})

describe('no gradient of the gradient', () => {
  it('local response normalization', () => {
    attempt(() => {
      const f = (x: tf.Tensor) => tf.sum(tf.localResponseNormalization(x as tf.Tensor4D))
      const twice = tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.grad(f)(x))))
      expect(() => twice(tf.ones([1, 2, 2, 3]))).toThrow(/LRNGrad/)
    })
  })
})

describe('tfjs-core alone', () => {
  it('has no chained methods: write mul(x, y), not x.mul(y)', () => {
    expect('mul' in tf.Tensor.prototype).toBe(false)
  })

  it('pads convolutions by a number as if filter and stride were square: mended, as pairs have it', () => {
    tf.tidy(() => {
      const [x, w] = [tf.ones([1, 5, 5, 1]), tf.ones([1, 3, 1, 1])] as [tf.Tensor4D, tf.Tensor4D]
      // tfjs alone gives 7 columns for 5 + 2 − 3 + 1.
      expect(tf.conv2d(x, w, 1, 1).shape).toEqual([1, 7, 5, 1])
      const pairs: [number, number][] = [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]
      expect(tf.conv2d(x, w, 1, pairs as never).shape).toEqual([1, 7, 5, 1])
    })
  })
})
