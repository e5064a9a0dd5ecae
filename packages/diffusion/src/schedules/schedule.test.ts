import { useBackend } from '@gen/backend'
import { linspace, ones, sub, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffuse, removeNoise } from '../predictions/forward.ts'
import { cosine, linear, type NoiseSchedule, scheduleOf } from './schedule.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const schedules: [string, NoiseSchedule][] = [
  ['cosine', cosine()],
  ['a wide cosine', cosine({ maxSignalRate: 0.999, minSignalRate: 0.001 })],
  ['linear', linear()],
  ['a steep linear', linear({ betaMin: 1, betaMax: 40, start: 0.01 })],
]

describe.each(schedules)('%s', (_name, schedule) => {
  it('falls from t = 0 to t = 1 and stays within (0, 1)', () => {
    const time = fc.double({ min: 0, max: 1, noNaN: true })
    const property = fc.property(time, time, (s, t) => {
      const [early, late] = [schedule.alpha(Math.min(s, t)), schedule.alpha(Math.max(s, t))]
      expect(early).toBeLessThan(1)
      expect(late).toBeGreaterThan(0)
      if (Math.abs(s - t) > 1e-6) expect(early).toBeGreaterThan(late)
    })
    return fc.assert(property, { seed: 1 })
  })

  it('gives tensors what it gives numbers', () => {
    const times = Array.from({ length: 101 }, (_, i) => i / 100)
    const t = tensor1d(times)
    const alpha = schedule.alpha(t)
    expect(alpha.dataSync()).toBeAllClose(
      times.map((time) => schedule.alpha(time)),
      { rtol: 1e-4, atol: 1e-6 },
    )
    t.dispose()
    alpha.dispose()
  })

  it('comes back from its configuration as JSON', () => {
    const again = scheduleOf(JSON.parse(JSON.stringify(schedule.config)))
    for (const t of [0, 0.3, 1]) expect(again.alpha(t)).toBe(schedule.alpha(t))
    expect(scheduleOf(schedule)).toBe(schedule)
  })
})

it('the cosine has the angles acos 0.95 and acos 0.02, evenly between', () => {
  const { alpha } = cosine()
  expect(Math.sqrt(alpha(0))).toBeCloseTo(0.95, 12)
  expect(Math.sqrt(alpha(1))).toBeCloseTo(0.02, 12)
  expect(Math.acos(Math.sqrt(alpha(0.25)))).toBeCloseTo(0.75 * Math.acos(0.95) + 0.25 * Math.acos(0.02), 12)
})

it('the linear one is the limit of DDPM’s 1000 products of 1 − β', () => {
  // DDPM: β from 1e-4 to 0.02 in 1000 steps; in continuous time 1000 β.
  const { alpha } = linear({ start: 1e-5 })
  let product = 1
  for (let i = 0; i < 1000; i++) {
    product *= 1 - (1e-4 + ((0.02 - 1e-4) * i) / 999)
    if (i % 100 === 99) expect(Math.log(alpha((i + 1) / 1000)) / Math.log(product)).toBeCloseTo(1, 1)
  }
})

const own = (alpha: (t: number) => number): NoiseSchedule => ({ ...cosine(), alpha: alpha as never })

/** Parameters over all magnitudes, at the ends of what is allowed above all. */
const magnitude = (from: number, to: number) =>
  fc.integer({ min: 100 * from, max: 100 * to }).map((e) => 10 ** (e / 100))
const anySchedule = fc.oneof(
  fc.record({
    kind: fc.constant('cosine' as const),
    maxSignalRate: magnitude(-9, 0).map((gap) => 1 - gap),
    minSignalRate: magnitude(-9, 0),
  }),
  fc.record({
    kind: fc.constant('linear' as const),
    betaMin: magnitude(-4, 2),
    betaMax: magnitude(-4, 2),
    start: magnitude(-9, 0),
  }),
)

it('each schedule that is accepted leaves float32 signal and noise at all times', async () => {
  let accepted = 0
  const property = fc.property(anySchedule, (config) => {
    let schedule: NoiseSchedule
    try {
      schedule = scheduleOf(config)
    } catch (error) {
      expect(error).toMatchObject({ code: 'range' })
      return
    }
    accepted++
    tidy(() => {
      const alpha = schedule.alpha(linspace(0, 1, 65) as Tensor1D)
      const x = ones([65, 2])
      const clean = removeNoise(diffuse(x, alpha, x), alpha, x)
      const odds = [...alpha.dataSync()].map((a, i) => Math.log(a / sub(1, alpha).dataSync()[i]!))
      expect([...clean.dataSync(), ...odds].every(Number.isFinite)).toBe(true)
    })
  })
  await fc.assert(property, { seed: 2, numRuns: 300 })
  expect(accepted).toBeGreaterThan(50)
})

describe('what is no schedule is refused', () => {
  it.each<[string, () => unknown, string]>([
    ['signal 0', () => cosine({ minSignalRate: 0 }), 'diffusion.cosine: expected minSignalRate'],
    ['signal 1', () => cosine({ maxSignalRate: 1 }), 'diffusion.cosine: expected maxSignalRate'],
    ['ends swapped', () => cosine({ maxSignalRate: 0.1, minSignalRate: 0.2 }), 'expected minSignalRate'],
    ['no noise at the start', () => linear({ start: 0 }), 'diffusion.linear: expected start'],
    ['β falling', () => linear({ betaMin: 2, betaMax: 1 }), 'diffusion.linear: expected betaMax'],
    [
      'signal beyond float32',
      () => cosine({ maxSignalRate: 1 - 1e-9 }),
      'α(0) ≤ 1 − 2⁻²⁰ at the clean end, got 0.99999',
    ],
    ['noise beyond float32', () => cosine({ minSignalRate: 1e-7 }), 'α(1) ≥ 2⁻⁴⁰ at the noise end, got 9.99'],
    ['a start beyond float32', () => linear({ start: 1e-7 }), 'got 0.9999999899999'],
    ['little β at the start', () => linear({ betaMin: 1e-5, start: 1e-4 }), 'raise start or betaMin'],
    ['much β', () => linear({ betaMax: 100 }), 'lower betaMin + betaMax to 50'],
    [
      'a config beyond float32',
      () => scheduleOf({ kind: 'linear', betaMin: 0.1, betaMax: 20, start: 1e-8 }),
      'diffusion.linear: expected',
    ],
    ['no fall', () => cosine({ maxSignalRate: 0.5, minSignalRate: 0.5 - 1e-9 }), 'put the two ends further apart'],
    ['one of your own at 1', () => scheduleOf(own((t) => 1 - t)), 'diffusion.scheduleOf: expected a signal ratio α(0)'],
    ['one of your own at 0', () => scheduleOf(own((t) => 0.9 * (1 - t))), 'expected a signal ratio α(1)'],
    ['one of your own that is NaN', () => scheduleOf(own(() => Number.NaN)), 'got NaN'],
    ['nothing', () => scheduleOf(null as never), 'got null; pass cosine() or linear()'],
    [
      'a kind alone',
      () => scheduleOf('cosine' as never),
      'schedule cosine or linear, got "cosine"; pass cosine() or linear()',
    ],
    [
      'an unknown kind',
      () => scheduleOf({ kind: 'square' } as never),
      'expected the config of a schedule cosine or linear, got {"kind":"square"}',
    ],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(message)
  })
})
