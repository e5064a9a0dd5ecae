/** Kernels of operations that tfjs lacks: inputs of other types are converted, of other shapes refused. */
import { cast, engine, ones, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fastKernels } from './all.ts'
import { describeBackend, sameBits } from './laws.ts'

interface Case {
  readonly shapes: Record<string, number[]>
  readonly attrs?: object
  /** Inputs that may have any shape. */
  readonly free?: string[]
}

const adam = {
  count: 1,
  learningRate: 1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1,
  weightDecay: 0,
  step: 1,
  gradientScale: 1,
}
const norm = { groups: 2, epsilon: 1e-5, activation: 'silu' }
const batch = { epsilon: 1e-5, slope: 0.2 }
const spline = { bins: 2, bound: 3, slope: 1e-3, inverse: false }
const heads = { x0: [1, 2, 3, 4], x1: [1, 2, 5, 4], x2: [1, 2, 5, 4] }

/** Each kernel with inputs that fit. */
const cases: Record<string, Case> = {
  GenAdamW: { shapes: { x0: [7], g0: [7], m0: [7], v0: [7] }, attrs: adam },
  GenAttention: { shapes: heads },
  GenAttentionGrad: { shapes: { dy: [1, 2, 3, 4], ...heads, s0: [1, 2, 3] } },
  GenBatchNorm: { shapes: { x0: [2, 3, 4], x1: [4], x2: [4] }, attrs: batch },
  GenBatchNormGrad: {
    shapes: { dy: [2, 3, 4], x0: [2, 3, 4], x1: [4], x2: [4], s0: [4], s1: [4] },
    attrs: batch,
  },
  GenGroupNorm: { shapes: { x0: [2, 3, 4], x1: [4], x2: [2, 4] }, attrs: norm },
  GenGroupNormGrad: { shapes: { dy: [2, 3, 4], x0: [2, 3, 4], x1: [4], x2: [4], s0: [2, 2], s1: [2, 2] }, attrs: norm },
  GenLerp: { shapes: { x0: [2, 3], x1: [2, 3] }, attrs: { share: 0.5 } },
  GenSilu: { shapes: { x0: [7] }, free: ['x0'] },
  GenSiluGrad: { shapes: { dy: [7], x0: [7] } },
  GenSpline: { shapes: { x0: [4], x1: [4, 5] }, attrs: spline },
  GenSplineGrad: { shapes: { dy: [2, 4], x0: [4], x1: [4, 5] }, attrs: spline },
  GenSquaredNorms: { shapes: { x0: [3], x1: [2, 2] }, free: ['x0', 'x1'] },
}

const whole = (shape: number[]) =>
  tensor(
    Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) => (i % 3) + 1),
    shape,
    'int32',
  )

const results = (name: string, inputs: Record<string, Tensor>, attrs: object = {}) =>
  ([engine().runKernel(name, inputs as never, attrs as never)].flat() as Tensor[]).map((y) => y.dataSync())

it('every such kernel stands in the table', () => {
  const own = fastKernels.map(({ kernelName }) => kernelName).filter((name) => name.startsWith('Gen'))
  expect(own.filter((name) => name !== 'GenPhilox').sort()).toEqual(Object.keys(cases))
})

describeBackend('kernels of operations', () => {
  describe.each(Object.entries(cases))('%s', (name, { shapes, attrs, free = [] }) => {
    it('gives for int32 what it gives for the same numbers as float32', () => {
      tidy(() => {
        const integers = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, whole(shape)]))
        const floats = Object.fromEntries(Object.entries(integers).map(([key, x]) => [key, cast(x, 'float32')]))
        const expected = results(name, floats, attrs)
        const actual = results(name, integers, attrs)
        expect(actual.findIndex((values, i) => !sameBits(values, expected[i]!))).toBe(-1)
      })
    })

    it('refuses an input that is too short', () => {
      // The first input is what the others are measured by.
      const names = Object.keys(shapes).filter((key) => !free.includes(key) && key !== 'x0')
      for (const short of names) {
        tidy(() => {
          const inputs = Object.fromEntries(
            Object.entries(shapes).map(([key, shape]) => [key, ones(key === short ? shape.map((n) => n - 1) : shape)]),
          )
          const message = expect.stringMatching(`backend-simd.${name}: expected ${short} of shape`)
          expect(() => results(name, inputs, attrs)).toThrow(expect.objectContaining({ code: 'shape', message }))
        })
      }
    })
  })
})

describeBackend('gradients of pooling', () => {
  it.each(['AvgPoolGrad', 'MaxPoolGrad'])('%s refuses a gradient that is not of the output', (name) => {
    tidy(() => {
      const attrs = { filterSize: 2, strides: 2, pad: 'valid' }
      for (const shape of [
        [1, 1, 2, 1],
        [1, 3, 2, 1],
      ]) {
        const inputs = { dy: ones(shape), input: ones([1, 4, 4, 1]), output: ones([1, 2, 2, 1]) }
        expect(() => results(name, inputs, attrs)).toThrow(
          `backend-simd.${name}: expected dy of shape [1, 2, 2, 1], got [${shape.join(', ')}]`,
        )
      }
    })
  })
})
