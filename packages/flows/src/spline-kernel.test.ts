/** The kernel of the spline is the composed spline. @module */
import { key, normalArray, useBackend } from '@gen/backend'
import { grads, mul, stack, sum, tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { splineUnivariate } from './index.ts'
import type { SplineAttributes } from './spline-kernel.ts'
import { composedSpline } from './spline-univariate.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe.each(['forward', 'inverse'] as const)('%s', (direction) => {
  it('gives the values and the gradients of the composed operations', () => {
    const property = fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(1000), (bins, at) => {
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
})
