/** The kernels of the spline, here (cpu) and of backend-simd, are the composed spline. @module */
import { hasKernel, key, normalArray, useBackend } from '@gen/backend'
import { grads, mul, type Rank, stack, sum, tensor, tensor1d, tensor2d, tidy, zeros } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { splineUnivariate } from '../index.ts'
import { type SplineAttributes, splineName } from './spline-kernel.ts'
import { composedSpline } from './spline-univariate.ts'

const runs = ['cpu', 'simd'].flatMap((backend) =>
  (['forward', 'inverse'] as const).map((direction) => ({ backend: backend as 'cpu' | 'simd', direction })),
)

describe.each(runs)('$direction on $backend', ({ backend, direction }) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  it('gives the values and the gradients of the composed operations', () => {
    const property = fc.property(fc.integer({ min: 2, max: 17 }), fc.nat(1000), (bins, at) => {
      const attributes: SplineAttributes = { bins, bound: 3, slope: 1e-3, inverse: direction === 'inverse' }
      const count = 50
      const x = normalArray(key(at), count, 1).map((v) => 2 * v)
      const theta = normalArray(key(at + 5000), count, 3 * bins - 1).map((v) => 1.5 * v)
      const weights = normalArray(key(at + 9000), 2, count)
      const spline = splineUnivariate({ bins, bound: 3 })
      const kernel = (a: Parameters<typeof spline.forward>[0], b: typeof a) => {
        const { value, logDet } = spline[direction](a, b)
        return stack([value, logDet])
      }
      tidy(() => {
        const inputs = [tensor1d(x), tensor2d(theta, [count, 3 * bins - 1])]
        const weigh = tensor(weights, [2, count])
        const expected = composedSpline(inputs, attributes)
        expect(kernel(inputs[0]!, inputs[1]!).dataSync()).toBeAllClose(expected.dataSync(), { rtol: 1e-4, atol: 2e-5 })
        const composed = grads((a, b) => sum(mul(composedSpline([a, b], attributes), weigh)))(inputs)
        const direct = grads((a, b) => sum(mul(kernel(a, b), weigh)))(inputs)
        // The composed gradient is float32's, and has cancellations.
        for (const i of [0, 1]) {
          expect(direct[i]!.dataSync()).toBeAllClose(composed[i]!.dataSync(), { rtol: 2e-3, atol: 2e-3 })
        }
      })
    })
    fc.assert(property, { numRuns: 25, seed: 3 })
  })

  it('has the gradient of finite differences', () => {
    const spline = splineUnivariate({ bins: 4, bound: 2 })
    const theta = normalArray(key(1), 1, 11)
    const f = (x: number, t: Float32Array) =>
      tidy(() => {
        const { value, logDet } = spline[direction](tensor1d([x]), tensor2d(t, [1, 11]))
        return value.dataSync()[0]! + 0.5 * logDet.dataSync()[0]!
      })
    const step = 2e-3
    for (const x of [-1.7, -0.3, 0.4, 1.2]) {
      const [forX, forTheta] = tidy(() => {
        const both = grads((a, b) => {
          const { value, logDet } = spline[direction](a, b)
          return sum(stack([value, mul(logDet, 0.5)]))
        })([tensor1d([x]), tensor2d(theta, [1, 11])])
        return both.map((g) => [...g.dataSync()])
      })
      expect(forX![0]).toBeCloseTo((f(x + step, theta) - f(x - step, theta)) / (2 * step), 2)
      theta.forEach((_, i) => {
        const moved = (by: number) => theta.map((v, j) => (i === j ? v + by : v))
        expect(forTheta![i]).toBeCloseTo((f(x, moved(step)) - f(x, moved(-step))) / (2 * step), 2)
      })
    }
  })

  it('agrees with the composed operations at the edges', () => {
    const [bins, bound] = [6, 3]
    // Both ends, numbers beyond and just inside, and knots (the bins are equal).
    const x = [-3, 3, -3.0000002, 3.0000002, -1e30, 1e30, -2.9999998, 2.9999998, 0, -0, 1, -1, 2, -2]
    tidy(() => {
      const spline = splineUnivariate({ bins, bound })
      const inputs = [tensor1d(x), zeros<Rank.R2>([x.length, 3 * bins - 1])]
      const { value, logDet } = spline[direction](inputs[0]!, inputs[1]!)
      const expected = composedSpline(inputs, { bins, bound, slope: 1e-3, inverse: direction === 'inverse' })
      expect(stack([value, logDet]).dataSync()).toBeAllClose(expected.dataSync())
      const both = grads((a, b) => sum(stack(Object.values(spline[direction](a, b)))))(inputs)
      const [forX, forTheta] = both.map((gradient) => gradient.dataSync())
      expect(forX!.slice(2, 6)).toEqual(new Float32Array([1, 1, 1, 1]))
      expect(forTheta!.slice(2 * (3 * bins - 1), 6 * (3 * bins - 1)).every((g) => g === 0)).toBe(true)
      expect([...forX!, ...forTheta!].every(Number.isFinite)).toBe(true)
    })
  })

  it('stays finite and within its bound whatever the parameters', () => {
    const [bins, bound, count] = [5, 3, 200]
    tidy(() => {
      const spline = splineUnivariate({ bins, bound })
      const x = normalArray(key(1), count, 1).map((v) => Math.max(-bound, Math.min(bound, 2 * v)))
      const theta = normalArray(key(2), count, 3 * bins - 1).map((v, i) => v * 10 ** (i % 31))
      const inputs = [tensor1d(x), tensor2d(theta, [count, 3 * bins - 1])]
      const { value, logDet } = spline[direction](inputs[0]!, inputs[1]!)
      expect(value.dataSync().every((v) => Math.abs(v) <= bound * (1 + 1e-6))).toBe(true)
      expect(logDet.dataSync().every(Number.isFinite)).toBe(true)
      const gradients = grads((a, b) => sum(stack(Object.values(spline[direction](a, b)))))(inputs)
      for (const gradient of gradients) expect(gradient.dataSync().every(Number.isFinite)).toBe(true)
    })
  })

  it('passes NaN on', () => {
    const [value] = tidy(() => {
      const spline = splineUnivariate({ bins: 3 })
      return spline[direction](tensor1d([Number.NaN]), tensor2d([[0, 0, 0, 0, 0, 0, 0, 0]])).value.dataSync()
    })
    expect(value).toBeNaN()
  })
})

describe('on simd', () => {
  beforeAll(async () => {
    await useBackend('simd')
  })

  it('is the backend’s own kernel', () => {
    expect(hasKernel(splineName) && hasKernel(`${splineName}Grad`)).toBe(true)
  })

  it('gives many numbers, shared among threads, what it gives each', () => {
    const [bins, count] = [8, 3001]
    const parameters = 3 * bins - 1
    const x = normalArray(key(1), count, 1)
    const theta = normalArray(key(2), count, parameters)
    const spline = splineUnivariate({ bins, bound: 2 })
    const evaluate = (from: number, until: number) =>
      tidy(() => {
        const inputs = [
          tensor1d(x.slice(from, until)),
          tensor2d(theta.slice(from * parameters, until * parameters), [until - from, parameters]),
        ]
        const { value, logDet } = spline.forward(inputs[0]!, inputs[1]!)
        const gradients = grads((a, b) => sum(spline.forward(a, b).logDet))(inputs)
        return [value, logDet, ...gradients].map((result) => result.dataSync())
      })
    const whole = evaluate(0, count)
    for (const from of [0, 1500, 2996]) {
      evaluate(from, from + 5).forEach((values, i) => {
        const width = i === 3 ? parameters : 1
        expect(values).toEqual(whole[i]!.slice(from * width, (from + 5) * width))
      })
    }
  })
})
