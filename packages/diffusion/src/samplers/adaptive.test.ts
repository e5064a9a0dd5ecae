import { key, normal, useBackend } from '@gen/backend'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exactClean, exactPath } from '../fixtures/exact-path.ts'
import { triple } from '../fixtures/mixture.ts'
import { exactContext, numbersOf } from '../fixtures/sampler-cases.ts'
import { adaptive, levelOf, linear } from '../index.ts'
import { nextPace } from './pace.ts'

const schedule = linear()
let start: Tensor2D

beforeAll(async () => {
  await useBackend('cpu')
  start = normal(key(1), [16, 2]) as Tensor2D
})

afterAll(() => start.dispose())

/** Root mean square error of x̂₀ at the clean end, and how many tries it took. */
function result(tolerance: number): { error: number; tries: number } {
  const [from, to] = [levelOf(schedule.alpha(1)), levelOf(schedule.alpha(0))]
  const exact = start.arraySync().flatMap((row) => exactClean(triple, exactPath(triple, row, from, to), to))
  let asked = 0
  const context = exactContext({ mixture: triple, schedule, start, onCall: () => asked++ })
  const values = numbersOf(adaptive({ tolerance }), context)
  const error = Math.sqrt(values.reduce((sum, value, i) => sum + (value - exact[i]!) ** 2, 0) / values.length)
  return { error, tries: (asked - 1) / 3 }
}

it('comes nearer the less it tolerates, for more calls', () => {
  const [rough, fine, finest] = [0.1, 0.01, 0.001].map(result)
  expect(rough!.error).toBeLessThan(0.1)
  expect(fine!.error).toBeLessThan(rough!.error / 3)
  expect(finest!.error).toBeLessThan(fine!.error / 3)
  expect(finest!.tries).toBeGreaterThan(fine!.tries)
  expect(fine!.tries).toBeGreaterThan(rough!.tries)
  expect(Number.isInteger(finest!.tries)).toBe(true)
})

it('says so where its steps do not suffice, and leaves nothing', () => {
  const before = memory().numTensors
  const context = exactContext({ mixture: triple, schedule, start })
  expect(() => numbersOf(adaptive({ tolerance: 1e-4, steps: 3 }), context)).toThrow(
    'diffusion.adaptive: expected to get there in 3 steps with a tolerance of 0.0001, got rows on their way; pass steps: 6 or tolerance: 0.001',
  )
  expect(memory().numTensors).toBe(before)
})

it('refuses tolerances that are none', () => {
  for (const tolerance of [0, 1, Number.NaN]) expect(() => adaptive({ tolerance })).toThrow('expected tolerance')
})

it('tries a shorter step after too large an error, and a longer one after a small one', () => {
  const pace = { angle: 1, length: 0.1, error: 1 }
  const [far, near, broken] = [8, 0.01, Number.NaN].map((error) => nextPace(pace, error, 0))
  expect(far).toEqual({ angle: 1, length: expect.closeTo(0.045, 10), error: 1 })
  expect(near!.angle).toBeCloseTo(0.9, 12)
  expect(near!.length).toBeGreaterThan(0.2)
  expect(broken!.length).toBeCloseTo(0.02, 12)
  expect(nextPace({ ...pace, angle: 0.1 }, 0.5, 0)).toMatchObject({ angle: 0, length: 0 })
})
