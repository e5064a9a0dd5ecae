/** Fused and composed operations at the edge of what they are defined for: no spread, ε, ±1000, probabilities 0 and 1. */
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adamWStep, attention, bernoulli, categorical, groupNorm, key, normal, silu, useBackend } from '../index.ts'

const allFinite = (x: tf.Tensor) => expect([...x.dataSync()].every(Number.isFinite)).toBe(true)

describe.each(['cpu', 'wasm', 'simd'] as const)('on %s', (name) => {
  beforeAll(() => useBackend(name))

  it('groupNorm has ε inside the root: a deviation of √ε comes out as 1/√2', () => {
    tf.tidy(() => {
      for (const epsilon of [1e-5, 1e-3, 0.1]) {
        const x = tf.mul(tf.tensor([-1, 1, 1, -1], [1, 2, 2]), Math.sqrt(epsilon))
        const y = groupNorm(x, tf.ones([2]), tf.zeros([2]), { groups: 1, epsilon })
        const half = Math.SQRT1_2
        expect(y.dataSync()).toBeAllClose([-half, half, half, -half], { rtol: 1e-4 })
      }
      const byDefault = groupNorm(tf.tensor([-1e-3, 1e-3], [1, 2, 1]), tf.ones([1]), tf.zeros([1]), { groups: 1 })
      const expected = 1e-3 / Math.sqrt(1e-6 + 1e-5)
      expect(byDefault.dataSync()).toBeAllClose([-expected, expected], { rtol: 1e-4 })
    })
  })

  it.each([0, 1, 1000, -1000])(
    'groupNorm of equal numbers, %i, is the offset, and its gradients are finite',
    (value) => {
      tf.tidy(() => {
        const [x, scale, offset] = [tf.fill([2, 4, 4], value), normal(key(1), [4]), normal(key(2), [4])]
        for (const activation of ['linear', 'silu'] as const) {
          const run = (t: tf.Tensor) => groupNorm(t, scale, offset, { groups: 2, activation })
          const wanted = tf.broadcastTo(activation === 'silu' ? silu(offset) : offset, [2, 4, 4])
          // A rounding of the mean of 1000s, 6e-5, counts 1/√ε = 316 times.
          expect(run(x).dataSync()).toBeAllClose(wanted.dataSync(), { atol: Math.abs(value) > 1 ? 0.05 : 1e-5 })
          const slope = (t: tf.Tensor) =>
            tf.grad((u: tf.Tensor) => tf.sum(tf.mul(run(u), normal(key(3), [2, 4, 4]))))(t)
          allFinite(slope(x))
          allFinite(tf.grad((t: tf.Tensor) => tf.sum(tf.square(slope(t))))(x))
        }
      })
    },
  )

  it('silu of ±1000 is 1000 and −0, with slopes 1 and 0', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1000, -1000, 88, -88, 1e30, -1e30])
      expect(silu(x).dataSync()).toBeAllClose([1000, 0, 88, 0, 1e30, 0], { atol: 1e-7, rtol: 1e-6 })
      const slope = tf.grad((t: tf.Tensor) => tf.sum(silu(t)))
      expect(slope(tf.tensor1d([1000, -1000, 88, -88])).dataSync()).toBeAllClose([1, 0, 1, 0], { atol: 1e-6 })
      allFinite(tf.grad((t: tf.Tensor) => tf.sum(slope(t)))(tf.tensor1d([1000, -1000, 88, -88])))
    })
  })

  it('attention to keys that differ by 1000s takes the nearest one, and to equal ones the mean', () => {
    tf.tidy(() => {
      const q = tf.tensor4d([1000, -1000], [1, 1, 2, 1])
      const k = tf.tensor4d([-1, 0, 1], [1, 1, 3, 1])
      const v = tf.tensor4d([3, 5, 9], [1, 1, 3, 1])
      expect([...attention(q, k, v).dataSync()]).toEqual([9, 3])
      const same = tf.fill([1, 1, 3, 1], 1000) as tf.Tensor4D
      expect(attention(q, same, v).dataSync()).toBeAllClose([17 / 3, 17 / 3], { rtol: 1e-5 })
      for (const slope of tf.grads((a, b, c) =>
        tf.sum(attention(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor4D)),
      )([q, same, v])) {
        allFinite(slope)
      }
    })
  })

  it('adamW has ε outside the root and after the correction, and stays where the gradient is 0', () => {
    tf.tidy(() => {
      const [gradient, epsilon, learningRate] = [1e-6, 1e-6, 0.1]
      const zeros = tf.zeros([2])
      const state = { values: [tf.ones([2])], gradients: [tf.tensor1d([gradient, 0])], m: [zeros], v: [zeros] }
      const { values, v } = adamWStep(state, { learningRate, epsilon, step: 1 })
      // After the first step m̂ = g and √v̂ = |g|.
      const moved = learningRate * (gradient / (gradient + epsilon))
      expect(values[0]!.dataSync()).toBeAllClose([1 - moved, 1], { rtol: 1e-6 })
      expect(v[0]!.dataSync()[1]).toBe(0)
      const byDefault = adamWStep({ ...state, gradients: [tf.tensor1d([1e-8, 0])] }, { learningRate, step: 1 })
      expect(byDefault.values[0]!.dataSync()).toBeAllClose([1 - learningRate / 2, 1], { rtol: 1e-5 })
    })
  })

  it('bernoulli is constant at p = 0 and 1, and categorical certain where one logit is 1000 above', () => {
    tf.tidy(() => {
      expect([...bernoulli(key(1), [50], { p: 0 }).dataSync()]).toEqual(Array(50).fill(0))
      expect([...bernoulli(key(1), [50], { p: 1 }).dataSync()]).toEqual(Array(50).fill(1))
      for (const logits of [
        [-1000, 0, -1000],
        [0, 1000, 0],
        [-Infinity, 0, -Infinity],
      ]) {
        const draws = categorical(key(2), tf.tensor2d(Array<number[]>(30).fill(logits)))
        expect([...draws.dataSync()]).toEqual(Array(30).fill(1))
      }
    })
  })
})
