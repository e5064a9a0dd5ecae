import { fold, GenError, key } from '@gen/backend'
import { dispose } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { glorot, he, type Initializer, lecun, orthogonal } from './initializer.ts'

function draw(initializer: Initializer, shape: number[]): Float32Array {
  const weights = initializer.apply(shape)
  const values = weights.dataSync() as Float32Array
  weights.dispose()
  return values
}

function variance(values: Float32Array): number {
  return values.reduce((total, value) => total + value ** 2, 0) / values.length
}

it('gives the same weights on every machine', () => {
  // Golden: saved models do not need them, but runs are repeated by them.
  expect([...draw(lecun({ key: key(7) }), [1, 3])]).toEqual([
    -0.34948664903640747, 0.36262720823287964, 0.20679616928100586,
  ])
  expect([...draw(glorot({ key: key(7) }), [1, 3])]).toEqual([
    0.932992160320282, -0.3133792579174042, -0.6870136857032776,
  ])
})

it('has the variances of the papers', () => {
  const shape = [3, 3, 40, 60]
  const [fanIn, fanOut] = [9 * 40, 9 * 60]
  const relative = (initializer: Initializer, expected: number) => variance(draw(initializer, shape)) / expected - 1
  // The relative error of a variance of n normal numbers is √(2/n) = 0.01 here.
  expect(Math.abs(relative(glorot({ key: key(1) }), 2 / (fanIn + fanOut)))).toBeLessThan(0.04)
  expect(Math.abs(relative(he({ key: key(2) }), 2 / fanIn))).toBeLessThan(0.04)
  expect(Math.abs(relative(lecun({ key: key(3), gain: 3 }), 9 / fanIn))).toBeLessThan(0.04)
})

it('makes orthonormal columns, or rows where there are fewer', () => {
  const shapes = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.nat(1000))
  fc.assert(
    fc.property(shapes, ([rows, columns, seed]) => {
      const w = draw(orthogonal({ key: key(seed), gain: 2 }), [rows, columns])
      const at = (r: number, c: number) => w[r * columns + c]!
      const [count, length] = columns <= rows ? [columns, rows] : [rows, columns]
      const entry = columns <= rows ? (v: number, i: number) => at(i, v) : at
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let inner = 0
          for (let i = 0; i < length; i++) inner += entry(a, i) * entry(b, i)
          expect(inner).toBeCloseTo(a === b ? 4 : 0, 5)
        }
      }
    }),
    { numRuns: 30 },
  )
})

it('gives zeros for gain 0, and a unit vector for one axis', () => {
  expect(draw(he({ key: key(1), gain: 0 }), [2, 3]).every((value) => value === 0)).toBe(true)
  expect(variance(draw(orthogonal({ key: key(1) }), [5])) * 5).toBeCloseTo(1, 6)
})

it('survives JSON inside a tfjs layer', () => {
  const initializer = orthogonal({ key: fold(key(3), 4), gain: 0.5 })
  const config = JSON.parse(JSON.stringify(layers.dense({ units: 2, kernelInitializer: initializer }).getConfig()))
  const again = layers.dense({ ...config, name: 'again' })
  again.build([null, 3])
  const kernel = again.getWeights()[0]!
  expect(kernel.dataSync()).toEqual(draw(initializer, [3, 2]))
  dispose(again.getWeights())
})

it('refuses keys that are none', () => {
  expect(() => glorot({ key: { hi: -1, lo: 0 } })).toThrow(GenError)
  expect(() => glorot({ key: key(0), gain: Number.NaN })).toThrow('nn.glorot: expected gain')
})
