import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fold, key, normalArray, useBackend } from '../index.ts'
import { apart, numbers, ops, weighted } from './cases.ts'
import { firstOrder, secondOrder } from './finite-differences.ts'
import { choosing, onceOnly, spatialOps } from './spatial-cases.ts'

const cases = Object.entries({ ...ops, ...spatialOps })

function pointFor(name: string, shape: number[]): tf.Tensor {
  return choosing.includes(name) ? apart(shape, name.length) : numbers(shape, name.length)
}

// Every backend that runs in Node; webgl and webgpu in gradients.chromium.test.ts.
describe.each(['cpu', 'simd', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  }, 60_000)

  describe('gradients equal finite differences', () => {
    it.each(cases)('%s', (name, [shape, op]) => {
      tf.tidy(() => {
        const x = pointFor(name, shape)
        const [gradient, differences] = firstOrder(weighted(op), x)
        expect(gradient).toBeAllClose(differences, { rtol: 2e-3, atol: 1e-3 })
      })
    })
  })

  describe('second-order gradients equal finite differences', () => {
    it.each(cases.filter(([name]) => !onceOnly.includes(name)))('%s', (name, [shape, op]) => {
      tf.tidy(() => {
        const x = pointFor(name, shape)
        const v = tf.tensor(normalArray(fold(key(5), 1), 1, x.size), shape)
        const [product, differences] = secondOrder(weighted(op), x, v)
        expect(product).toBeAllClose(differences, { rtol: 2e-3, atol: 1e-3 })
      })
    })
  })
})
