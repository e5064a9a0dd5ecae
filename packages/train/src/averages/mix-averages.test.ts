import { key, normalArray, useBackend } from '@gen/backend'
import type { RawTensor } from '@gen/io'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadCheckpoint } from '../checkpoints/load-checkpoint.ts'
import { memoryStore } from '../checkpoints/memory-store.ts'
import { emaDecay } from '../ema.ts'
import { fit } from '../fit.ts'
import { lawBatches, regression } from '../fixtures/toy-models.ts'
import { last } from '../last.ts'
import { sgd } from '../optimizers/sgd.ts'
import { readWeights } from '../weights.ts'
import { type AverageSnapshot, averageShares, mixAverages } from './mix-averages.ts'
import { overlap, type PowerAverage, powerOf } from './power-average.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('the power of a width', () => {
  it.each([
    // Karras et al., 2023, figure 5 and appendix C.2.
    [0.1, 6.94],
    [0.05, 16.97],
  ])('%f is %f', (width, power) => {
    expect(powerOf(width)).toBeCloseTo(power, 1)
  })

  it.each([0.01, 0.1, 0.2, 0.28])('gives a density of that standard deviation: %f', (width) => {
    const power = powerOf(width)
    const places = Array.from({ length: 100_000 }, (_, i) => (i + 0.5) / 100_000)
    const moment = (order: number) => places.reduce((sum, t) => sum + (power + 1) * t ** (power + order), 0) / 100_000
    expect(Math.sqrt(moment(2) - moment(1) ** 2) / width).toBeCloseTo(1, 3)
  })
})

const powers = new Map<number, number>()
const density = ({ step, width }: PowerAverage) => {
  const power = powers.get(width) ?? powerOf(width)
  powers.set(width, power)
  return (s: number) => (s > step ? 0 : ((power + 1) * (s / step) ** power) / step)
}

it('averages overlap as the integral of their densities’ product', () => {
  const [a, b] = [
    { step: 60, width: 0.1 },
    { step: 100, width: 0.2 },
  ]
  const [first, second] = [density(a), density(b)]
  let sum = 0
  for (let i = 0; i < 100_000; i++) sum += first((i + 0.5) / 1000) * second((i + 0.5) / 1000)
  expect(overlap(a, b) / (sum / 1000)).toBeCloseTo(1, 4)
  expect(overlap(b, a)).toBe(overlap(a, b))
})

/** A drifting walk of one weight, and its power averages by the recursion of training. */
function walk(steps: number, widths: readonly number[]): Map<number, number[]> {
  const noise = normalArray(key(3), steps, 1)
  let weight = 0
  const averages = new Map(widths.map((width) => [width, [] as number[]]))
  for (let step = 0; step < steps; step++) {
    weight += 0.02 + 0.2 * noise[step]!
    for (const [width, list] of averages) {
      const keep = emaDecay({ width }, step)
      list.push(keep * (list.at(-1) ?? 0) + (1 - keep) * weight)
    }
  }
  return averages
}

const raw = (value: number): RawTensor => ({
  dtype: 'F32',
  shape: [1],
  data: new Uint8Array(Float32Array.of(value).buffer),
})
const numberOf = ({ data }: RawTensor) => new Float32Array(data.slice().buffer)[0]!

describe('mixed averages', () => {
  it('are a snapshot where that is wanted', () => {
    const averages = [10, 20, 30].map((step) => ({ step, width: 0.1 }))
    expect(averageShares(averages, averages[1]!)).toBeAllClose([0, 1, 0], { atol: 1e-6 })
  })

  it.each([
    [0.07, 0.06, 0.27],
    [0.15, 0.06, 0.44],
    [0.2, 0.09, 0.88],
  ])('of one width of 24 snapshots have nearly the density of width %f', (width, mixed, single) => {
    const averages = Array.from({ length: 24 }, (_, i) => ({ step: 40 * (i + 1), width: 0.1 }))
    const target = { step: 960, width }
    const off = (given: PowerAverage[], shares: number[]) => {
      let [error, size] = [0, 0]
      for (let i = 0; i < 9600; i++) {
        const s = (i + 0.5) / 10
        const value = given.reduce((sum, average, j) => sum + shares[j]! * density(average)(s), 0)
        error += (value - density(target)(s)) ** 2
        size += density(target)(s) ** 2
      }
      return Math.sqrt(error / size)
    }
    expect(off(averages, averageShares(averages, target))).toBeLessThan(mixed)
    expect(off(averages.slice(-1), [1])).toBeGreaterThan(single)
  })

  it('come near those that were tracked, of other widths and at other steps', () => {
    const steps = 2000
    const tracked = walk(steps, [0.05, 0.1, 0.07, 0.15, 0.2])
    const snapshots: AverageSnapshot[] = [0.05, 0.1].flatMap((width) =>
      Array.from({ length: 16 }, (_, i) => {
        const step = ((i + 1) * steps) / 16
        return { step, width, weights: { w: raw(tracked.get(width)![step - 1]!) } }
      }),
    )
    for (const width of [0.07, 0.15, 0.2]) {
      for (const step of [steps, 1700]) {
        const truth = tracked.get(width)![step - 1]!
        const other = tracked.get(0.1)![step - 1]!
        const mixed = numberOf(mixAverages(snapshots, { width, step }).w!)
        expect(Math.abs(mixed - truth)).toBeLessThan(Math.abs(other - truth) / 5)
      }
    }
  })

  it('are made of a run’s checkpoints', async () => {
    const store = memoryStore()
    const base = { steps: 480, optimizer: sgd({ learningRate: 0.05 }), key: key(1) }
    const model = regression({ noise: 0.3 })
    await last(fit(model, lawBatches(), { ...base, ema: { width: 0.1 }, checkpoints: { store, every: 20, keep: 30 } }))
    const snapshots: AverageSnapshot[] = []
    for (const step of await store.list()) {
      await loadCheckpoint(model, store, { step })
      snapshots.push({ step, width: 0.1, weights: await readWeights(model) })
    }
    expect(snapshots).toHaveLength(24)
    const wide = regression({ noise: 0.3 })
    await last(fit(wide, lawBatches(), { ...base, ema: { width: 0.15 } }))
    const [direct, mixed] = [await readWeights(wide), mixAverages(snapshots, { width: 0.15 })]
    expect(Object.keys(mixed)).toEqual(Object.keys(direct))
    const numbers = (weights: Record<string, RawTensor>) =>
      Object.values(weights).flatMap(({ data }) => [...new Float32Array(data.slice().buffer)])
    const error = (weights: Record<string, RawTensor>) =>
      Math.hypot(...numbers(weights).map((value, i) => value - numbers(direct)[i]!))
    expect(error(mixed)).toBeLessThan(error(snapshots.at(-1)!.weights) / 4)
    model.dispose()
    wide.dispose()
  })

  it('leave weights as they are that never changed', () => {
    const snapshots = [100, 200, 300].map((step) => ({ step, width: 0.1, weights: { w: raw(7) } }))
    for (const width of [0.02, 0.05, 0.28]) expect(numberOf(mixAverages(snapshots, { width }).w!)).toBeCloseTo(7, 5)
  })

  it('leave what are no floats as the last snapshot has it', () => {
    const count = (value: number): RawTensor => ({ dtype: 'I32', shape: [1], data: Uint8Array.of(value, 0, 0, 0) })
    const snapshots = [1, 2].map((step) => ({ step, width: 0.1, weights: { w: raw(step), n: count(step) } }))
    expect(mixAverages(snapshots, { width: 0.2 }).n).toEqual(count(2))
  })

  it('are refused of nothing, of other weights and beyond the run', () => {
    const one: AverageSnapshot = { step: 5, width: 0.1, weights: { w: raw(1) } }
    const other = { ...one, weights: { w: { ...raw(1), shape: [1, 1] } } }
    const cases: [AverageSnapshot[], { width: number; step?: number }, string][] = [
      [[], { width: 0.1 }, 'expected at least one snapshot, got none'],
      [[one], { width: 0.4 }, 'train.mixAverages: expected width'],
      [[one], { width: 0.1, step: 6 }, 'train.mixAverages: expected step'],
      [[{ ...one, step: 0 }], { width: 0.1 }, 'expected step of a snapshot'],
      [[one, { ...one, weights: { v: raw(1) } }], { width: 0.1 }, 'expected snapshots of the weights w, got v'],
      [[one, { ...other, step: 4 }], { width: 0.1 }, 'expected w of shape [1] in all snapshots, got [1,1]'],
    ]
    for (const [snapshots, options, message] of cases) expect(() => mixAverages(snapshots, options)).toThrow(message)
  })
})
