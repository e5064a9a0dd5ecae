import { key, normalArray, split } from '@gen/backend'
import { dispose, type Tensor, tensor } from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adam, adamW } from './adam.ts'
import type { Optimizer, Slots } from './optimizer.ts'
import { rmsProp } from './rms-prop.ts'
import { sgd } from './sgd.ts'

/** One number's step in float64, by the formulas of the PyTorch documentation; `memory` is the number's own. */
type Reference = (value: number, gradient: number, step: number, rate: number, memory: Record<string, number>) => number

const adamReference =
  (weightDecay: number): Reference =>
  (value, gradient, step, rate, memory) => {
    memory.m = 0.9 * (memory.m ?? 0) + 0.1 * gradient
    memory.v = 0.999 * (memory.v ?? 0) + 0.001 * gradient ** 2
    const root = Math.sqrt(memory.v / (1 - 0.999 ** step)) + 1e-8
    return value * (1 - rate * weightDecay) - (rate * (memory.m / (1 - 0.9 ** step))) / root
  }

const momentumReference =
  (nesterov: boolean, weightDecay = 0): Reference =>
  (value, gradient, _step, rate, memory) => {
    memory.b = 0.9 * (memory.b ?? 0) + gradient
    return value * (1 - rate * weightDecay) - rate * (nesterov ? gradient + 0.9 * memory.b : memory.b)
  }

const rmsReference =
  (momentum: number, weightDecay = 0): Reference =>
  (value, gradient, _step, rate, memory) => {
    memory.v = 0.99 * (memory.v ?? 0) + 0.01 * gradient ** 2
    memory.b = momentum * (memory.b ?? 0) + gradient / (Math.sqrt(memory.v) + 1e-8)
    return value * (1 - rate * weightDecay) - rate * memory.b
  }

const cases: [string, Optimizer, Reference][] = [
  ['adam', adam(), adamReference(0)],
  ['adamW', adamW({ weightDecay: 0.3 }), adamReference(0.3)],
  ['sgd', sgd(), (value, gradient, _step, rate) => value - rate * gradient],
  ['sgd with momentum', sgd({ momentum: 0.9 }), momentumReference(false)],
  ['sgd with Nesterov momentum', sgd({ momentum: 0.9, nesterov: true }), momentumReference(true)],
  [
    'sgd with decay',
    sgd({ weightDecay: 0.3 }),
    (value, gradient, _step, rate) => value * (1 - 0.3 * rate) - rate * gradient,
  ],
  ['sgd with momentum and decay', sgd({ momentum: 0.9, weightDecay: 0.3 }), momentumReference(false, 0.3)],
  ['rmsProp with decay', rmsProp({ weightDecay: 0.3 }), rmsReference(0, 0.3)],
  ['rmsProp with momentum and decay', rmsProp({ momentum: 0.5, weightDecay: 0.3 }), rmsReference(0.5, 0.3)],
  ['rmsProp', rmsProp(), rmsReference(0)],
  ['rmsProp with momentum', rmsProp({ momentum: 0.5 }), rmsReference(0.5)],
]

describe.each(cases)('%s', (_name, optimizer, reference) => {
  it('equals its formula in float64, step by step', () => {
    const seeds = fc.integer({ min: 0, max: 2 ** 31 })
    const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
    const property = fc.property(seeds, shapes, (seed, lists) => follow(optimizer, reference, seed, lists))
    return fc.assert(property, { numRuns: 8, seed: 1 })
  })

  it('scales gradients by gradientScale before anything else', () => {
    const values = [tensor([1, -2])]
    const slots = optimizer.init(values)
    const [big, small] = [[tensor([8, 0.5])], [tensor([2, 0.125])]]
    const scaled = optimizer.update(values, big, slots, { learningRate: 0.1, step: 1, gradientScale: 0.25 })
    const plain = optimizer.update(values, small, slots, { learningRate: 0.1, step: 1, gradientScale: 1 })
    expect(scaled.values[0]!.dataSync()).toEqual(plain.values[0]!.dataSync())
    for (const name of Object.keys(slots)) {
      expect(scaled.slots[name]![0]!.dataSync()).toEqual(plain.slots[name]![0]!.dataSync())
    }
    dispose([values, slots, big, small, scaled.values, scaled.slots, plain.values, plain.slots])
  })
})

describe('bad numbers are refused at once', () => {
  it.each([
    ['adam', () => adam({ beta1: 1 })],
    ['adamW', () => adamW({ weightDecay: -1 })],
    ['adam', () => adam({ epsilon: 0 })],
    ['sgd', () => sgd({ learningRate: -1 })],
    ['sgd', () => sgd({ nesterov: true })],
    ['sgd', () => sgd({ weightDecay: -1 })],
    ['rmsProp', () => rmsProp({ weightDecay: Number.NaN })],
    ['rmsProp', () => rmsProp({ decay: Number.NaN })],
  ])('%s', (name, make) => {
    expect(make).toThrow(new RegExp(`^train\\.${name}: expected`))
  })
})

function follow(optimizer: Optimizer, reference: Reference, seed: number, shapes: number[][]): void {
  const sizes = shapes.map((shape) => shape.reduce((product, n) => product * n, 1))
  const numbers = split(key(seed), 21).map((k) => sizes.map((size, i) => normalArray(k, size, i + 1).slice(0, size)))
  let values: Tensor[] = shapes.map((shape, i) => tensor(numbers[20]![i]!, shape))
  const expected = sizes.map((_, i) => Float64Array.from(numbers[20]![i]!))
  const memories = sizes.map((size) => Array.from({ length: size }, () => ({})))
  let slots: Slots = optimizer.init(values)
  for (let step = 1; step <= 20; step++) {
    const learningRate = 0.05 / step
    const gradients = shapes.map((shape, i) => tensor(numbers[step - 1]![i]!, shape))
    const next = optimizer.update(values, gradients, slots, { learningRate, step, gradientScale: 1 })
    dispose([values, slots, gradients])
    values = next.values
    slots = next.slots
    expected.forEach((list, i) => {
      list.forEach((value, j) => {
        list[j] = reference(value, numbers[step - 1]![i]![j]!, step, learningRate, memories[i]![j]!)
      })
      expect(values[i]!.dataSync()).toBeAllClose(list, { rtol: 1e-5, atol: 2e-6 })
    })
  }
  dispose([values, slots])
}
