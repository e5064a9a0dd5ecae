import { key, normal, useBackend } from '@gen/backend'
import { dispose, tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffuse, removeNoise } from './forward.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('the forward process', () => {
  it('is √α x₀ + √(1 − α) ε, row by row', () => {
    const [x0, eps, alpha] = [
      tensor2d([
        [1, 2],
        [3, 4],
      ]),
      tensor2d([
        [5, 6],
        [7, 8],
      ]),
      tensor1d([0.36, 0.25]),
    ]
    const x = diffuse(x0, alpha, eps)
    const s = Math.sqrt(0.75)
    expect(x.dataSync()).toBeAllClose([0.6 + 4, 1.2 + 4.8, 1.5 + 7 * s, 2 + 8 * s])
    dispose([x0, eps, alpha, x])
  })

  it('is undone by removing the noise, for any shape and ratio', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
    const ratios = fc.double({ min: 0.05, max: 0.95, noNaN: true })
    const property = fc.property(shapes, ratios, fc.boolean(), (shape, ratio, perRow) => {
      const [x0, eps] = [normal(key(1), shape), normal(key(2), shape)]
      const alpha = perRow ? tensor1d(Array(shape[0]!).fill(ratio)) : ratio
      const x = diffuse(x0, alpha, eps)
      const again = removeNoise(x, alpha, eps)
      expect(again.dataSync()).toBeAllClose(x0.dataSync(), { atol: 1e-5 })
      dispose([x0, eps, x, again, typeof alpha === 'number' ? [] : alpha])
    })
    return fc.assert(property, { numRuns: 20, seed: 2 })
  })

  it('wants one ratio, or one per row', () => {
    const [x0, alpha] = [tensor([1, 2, 3]), tensor1d([0.5, 0.5])]
    expect(() => diffuse(x0, alpha, x0)).toThrow('diffusion.diffuse: expected alpha of shape [3], got [2]')
    dispose([x0, alpha])
  })
})
