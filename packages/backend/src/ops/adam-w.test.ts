import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adamWStep, key, normal, useBackend } from '../index.ts'

beforeAll(() => useBackend('cpu'))

const options = { learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1, gradientScale: 0.5 }

/** The update of Loshchilov & Hutter, one number, in float64. */
function reference(value: number, gradients: number[]): number {
  let [m, v] = [0, 0]
  return gradients.reduce((x, gradient, i) => {
    const g = gradient * options.gradientScale
    m = options.beta1 * m + (1 - options.beta1) * g
    v = options.beta2 * v + (1 - options.beta2) * g * g
    const step = i + 1
    const direction = m / (1 - options.beta1 ** step) / (Math.sqrt(v / (1 - options.beta2 ** step)) + options.epsilon)
    return x - options.learningRate * (direction + options.weightDecay * x)
  }, value)
}

describe('adamW', () => {
  it('takes the steps of the paper', () => {
    tf.tidy(() => {
      const start: tf.Tensor[] = [normal(key(1), [3, 2]), normal(key(2), [4])]
      const gradients = [0, 1, 2].map((step) => start.map((value, i) => normal(key(10 + 2 * step + i), value.shape)))
      let state = { values: start, m: start.map(tf.zerosLike), v: start.map(tf.zerosLike) }
      gradients.forEach((list, i) => {
        state = adamWStep({ ...state, gradients: list }, { ...options, step: i + 1 })
      })
      state.values.forEach((value, i) => {
        const expected = [...start[i]!.dataSync()].map((x, j) =>
          reference(
            x,
            gradients.map((list) => list[i]!.dataSync()[j]!),
          ),
        )
        expect(value.dataSync()).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-6 })
      })
    })
  })

  it('returns new tensors that the caller owns, and changes none of its own', () => {
    const value = tf.tensor1d([1, 2])
    const zeros = tf.zeros([2])
    const before = tf.memory().numTensors
    const next = adamWStep(
      { values: [value], gradients: [value], m: [zeros], v: [zeros] },
      { learningRate: 0.1, step: 1 },
    )
    expect(tf.memory().numTensors).toBe(before + 3)
    expect([...value.dataSync()]).toEqual([1, 2])
    tf.dispose([value, zeros, ...next.values, ...next.m, ...next.v])
  })

  it('hands all variables to the kernel in one call, where there is one', () => {
    let seen: string[] = []
    let attributes: object | undefined
    tf.registerKernel({
      kernelName: 'GenAdamW',
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs }) => {
        seen = Object.keys(inputs).sort()
        attributes = attrs
        const named = inputs as Record<string, tf.Tensor>
        return ['x', 'm', 'v'].flatMap((name) => [0, 1].map((i) => tf.add(named[`${name}${i}`]!, named[`g${i}`]!)))
      },
    })
    tf.tidy(() => {
      const [a, b] = [tf.scalar(1), tf.tensor1d([2, 3])]
      const next = adamWStep(
        { values: [a, b], gradients: [a, b], m: [a, b], v: [a, b] },
        { learningRate: 0.1, step: 3 },
      )
      expect(next.values.map((tensor) => [...tensor.dataSync()])).toEqual([[2], [4, 6]])
      expect(next.v).toHaveLength(2)
    })
    tf.unregisterKernel('GenAdamW', 'cpu')
    expect(seen).toEqual(['g0', 'g1', 'm0', 'm1', 'v0', 'v1', 'x0', 'x1'])
    expect(attributes).toEqual({
      count: 2,
      learningRate: 0.1,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      step: 3,
      gradientScale: 1,
    })
  })

  it('refuses a gradient or a moment of another shape than its variable', () => {
    tf.tidy(() => {
      const [two, three, one] = [tf.zeros([2]), tf.zeros([3]), tf.zeros([1])]
      const state = { values: [two, three], gradients: [two, three], m: [two, three], v: [two, three] }
      for (const name of ['gradients', 'm', 'v'] as const) {
        // A single number would broadcast.
        expect(() => adamWStep({ ...state, [name]: [two, one] }, { learningRate: 1, step: 1 })).toThrow(
          `backend.adamW: expected ${name}[1] of shape [3], got [1]`,
        )
      }
    })
  })

  it('refuses lists of different lengths and a step of 0', () => {
    const empty = { values: [], gradients: [], m: [], v: [] }
    tf.tidy(() => {
      const one = { ...empty, values: [tf.scalar(1)] }
      expect(() => adamWStep(one, { learningRate: 1, step: 1 })).toThrow(/of one length, got 1, 0, 0, 0/)
    })
    expect(() => adamWStep(empty, { learningRate: 1, step: 0 })).toThrow(/step an integer ≥ 1/)
    expect(adamWStep(empty, { learningRate: 1, step: 1 })).toEqual({ values: [], m: [], v: [] })
  })
})
