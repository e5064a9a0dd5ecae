/** One path, whichever levels it is asked at. */
import { key, useBackend } from '@gen/backend'
import { beforeAll, expect, it } from 'vitest'
import { diffusion, eulerAncestral, levelOfFlowTime, pointDenoiser } from '../index.ts'
import { brownianNoise } from './brownian.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const rows = 4000
/** The noise between two flow times; each call asks a path of its own, that has seen nothing before. */
function noise(from: number, to: number, { seed = 1, offset = 0, count = rows } = {}): number[] {
  const drawn = brownianNoise(key(seed), [count, 1], offset)(0, levelOfFlowTime(from), levelOfFlowTime(to))
  const values = [...drawn.dataSync()]
  drawn.dispose()
  return values
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const product = (a: readonly number[], b: readonly number[]) => mean(a.map((value, i) => value * b[i]!))
/** Three standard errors. */
const slack = 3 * Math.sqrt(2 / rows)

it.each([
  [1, 0.5],
  [0.7, 0.3],
  [0.9, 0.8999],
  [0.123456, 0.1234],
  [0.001, 0.0004],
])('between %f and %f it is standard normal', (from, to) => {
  const values = noise(from, to)
  expect(Math.abs(mean(values))).toBeLessThan(slack)
  expect(Math.abs(product(values, values) - 1)).toBeLessThan(slack)
  expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan(3 * Math.sqrt(96 / rows))
})

it('steps that do not overlap are independent, and make up the step over both', () => {
  const [first, second, both] = [noise(0.8, 0.55), noise(0.55, 0.2), noise(0.8, 0.2)]
  expect(Math.abs(product(first, second))).toBeLessThan(slack)
  const together = first.map((value, i) => (value * Math.sqrt(0.25) + second[i]! * Math.sqrt(0.35)) / Math.sqrt(0.6))
  expect(together).toBeAllClose(both, { rtol: 1e-4, atol: 1e-4 })
})

it('a row follows from the key and its place', () => {
  const whole = noise(0.6, 0.5)
  expect(noise(0.6, 0.5, { offset: 100, count: 7 })).toEqual(whole.slice(100, 107))
  expect(noise(0.6, 0.5, { seed: 2 })).not.toEqual(whole)
})

it('a model that samples along one gives finer versions of the same samples, whatever the batch', async () => {
  const model = diffusion({ network: pointDenoiser({ size: 2, hidden: [8], key: key(0) }) })
  const sampled = async (steps: number, brownian: boolean, batchSize = 64) => {
    const points = await model.sample({
      count: 64,
      batchSize,
      key: key(3),
      sampler: eulerAncestral({ steps }),
      brownian,
    })
    const values = [...points.dataSync()]
    points.dispose()
    return values
  }
  const distance = (a: readonly number[], b: readonly number[]) => mean(a.map((value, i) => (value - b[i]!) ** 2))
  const [coarse, fine] = [await sampled(40, true), await sampled(80, true)]
  expect(distance(coarse, fine)).toBeLessThan(distance(await sampled(40, false), await sampled(80, false)) / 10)
  expect(await sampled(40, true, 5)).toBeAllClose(coarse, { rtol: 1e-5, atol: 1e-5 })
  model.dispose()
})
