import { useBackend } from '@gen/backend'
import { linspace, ones, sub, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffusion } from '../diffusion.ts'
import { matrixNetwork } from '../fixtures/small-networks.ts'
import { dataPrediction } from '../predictions/data-prediction.ts'
import { edmPrediction } from '../predictions/edm-prediction.ts'
import { flowPrediction } from '../predictions/flow-prediction.ts'
import { diffuse, removeNoise } from '../predictions/forward.ts'
import { velocityPrediction } from '../predictions/velocity-prediction.ts'
import { cosine } from './cosine.ts'
import { discreteSchedule } from './discrete-schedule.ts'
import { linear } from './linear.ts'
import { logSnrLinear } from './log-snr-linear.ts'
import { rectifiedFlow } from './rectified-flow.ts'
import { scaledLinear } from './scaled-linear.ts'
import type { NoiseSchedule, ScheduleConfig } from './schedule.ts'
import { scheduleOf } from './schedule-of.ts'
import { shifted } from './shifted.ts'
import { sigmoidSchedule } from './sigmoid-schedule.ts'
import { squaredCosine } from './squared-cosine.ts'
import { varianceExploding } from './variance-exploding.ts'
import { zeroTerminalSnr } from './zero-terminal-snr.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const schedules: [string, NoiseSchedule][] = [
  ['cosine', cosine()],
  ['a wide cosine', cosine({ maxSignalRate: 0.999, minSignalRate: 0.001 })],
  ['linear', linear()],
  ['a steep linear', linear({ betaMin: 1, betaMax: 40, start: 0.01 })],
  ['scaled linear', scaledLinear()],
  ['squared cosine', squaredCosine()],
  ['sigmoid', sigmoidSchedule()],
  ['a soft sigmoid', sigmoidSchedule({ from: -1, to: 4, temperature: 0.5 })],
  ['log-SNR linear', logSnrLinear()],
  ['variance exploding', varianceExploding()],
  ['rectified flow', rectifiedFlow()],
  ['rectified flow that ends early', rectifiedFlow({ end: 0.999 })],
  ['discrete linear', discreteSchedule()],
  ['discrete scaled linear', discreteSchedule({ betas: 'scaledLinear', betaStart: 0.00085, betaEnd: 0.012 })],
  ['discrete squared cosine', discreteSchedule({ betas: 'squaredCosine', steps: 100 })],
  ['shifted', shifted(cosine(), { shift: 2 })],
  ['a shifted rectified flow', shifted(rectifiedFlow(), { shift: 3 })],
  ['zero terminal SNR', zeroTerminalSnr(discreteSchedule())],
  ['zero terminal SNR of a shifted one', zeroTerminalSnr(shifted(linear(), { shift: 0.5 }))],
]

describe.each(schedules)('%s', (_name, schedule) => {
  it('falls from t = 0 to t = 1 and stays within (0, 1), but for its end', () => {
    const time = fc.double({ min: 0, max: 1, noNaN: true })
    const property = fc.property(time, time, (s, t) => {
      const [early, late] = [schedule.alpha(Math.min(s, t)), schedule.alpha(Math.max(s, t))]
      expect(early).toBeLessThan(1)
      if (Math.max(s, t) < 1) expect(late).toBeGreaterThan(0)
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

describe('the same curve by two names', () => {
  const times = Array.from({ length: 101 }, (_, i) => i / 100)
  const sigma = (alpha: number) => Math.sqrt(1 / alpha - 1)

  it.each<[string, NoiseSchedule, NoiseSchedule]>([
    [
      'variance exploding is linear in log-SNR',
      varianceExploding({ sigmaMin: 0.01, sigmaMax: 50 }),
      logSnrLinear({ max: -2 * Math.log(0.01), min: -2 * Math.log(50) }),
    ],
    [
      'shifting variance exploding multiplies its ends',
      shifted(varianceExploding({ sigmaMin: 0.01, sigmaMax: 20 }), { shift: 4 }),
      varianceExploding({ sigmaMin: 0.04, sigmaMax: 80 }),
    ],
    [
      'shifting twice is shifting once',
      shifted(shifted(cosine(), { shift: 2 }), { shift: 3 }),
      shifted(cosine(), { shift: 6 }),
    ],
  ])('%s', (_name, one, other) => {
    for (const t of times) expect(sigma(one.alpha(t)) / sigma(other.alpha(t))).toBeCloseTo(1, 9)
  })

  it('shifting the straight path is Stable Diffusion 3’s shift of its time', () => {
    const [path, moved] = [rectifiedFlow({ start: 0.01 }), shifted(rectifiedFlow({ start: 0.01 }), { shift: 3 })]
    for (const t of times) {
      const tau = 0.01 + 0.99 * t
      expect(path.alpha(t)).toBeCloseTo((1 - tau) ** 2 / ((1 - tau) ** 2 + tau ** 2), 12)
      const late = (3 * tau) / (1 + 2 * tau)
      expect(moved.alpha(t)).toBeCloseTo((1 - late) ** 2 / ((1 - late) ** 2 + late ** 2), 12)
    }
  })

  it.each<[string, NoiseSchedule, NoiseSchedule]>([
    ['linear', discreteSchedule({ steps: 20_000, betaStart: 0.1 / 20_000, betaEnd: 20 / 20_000 }), linear()],
    [
      'scaled linear',
      discreteSchedule({ betas: 'scaledLinear', steps: 20_000, betaStart: 0.85 / 20_000, betaEnd: 12 / 20_000 }),
      scaledLinear(),
    ],
    ['squared cosine', discreteSchedule({ betas: 'squaredCosine', steps: 20_000 }), squaredCosine()],
  ])('many steps are continuous: %s', (_name, steps, continuous) => {
    // Step i, at i/(steps − 1), has taken (i + 1)/steps of the time.
    const end = continuous.config.kind === 'squaredCosine' ? 0.999 : 1
    for (const t of times.slice(1, -1)) {
      const time = 0.001 + t * (end - 0.001)
      expect(Math.log(steps.alpha((time * 20_000 - 1) / 19_999)) / Math.log(continuous.alpha(t))).toBeCloseTo(1, 2)
    }
  })

  it('zero terminal SNR keeps the clean end and moves the root of α evenly', () => {
    const [before, after] = [linear(), zeroTerminalSnr(linear())]
    expect(after.alpha(0)).toBeCloseTo(before.alpha(0), 12)
    expect(after.alpha(1)).toBe(0)
    const [first, last] = [0, 1].map((t) => Math.sqrt(before.alpha(t))) as [number, number]
    for (const t of times) {
      const share = (Math.sqrt(before.alpha(t)) - last) / (first - last)
      expect(Math.sqrt(after.alpha(t))).toBeCloseTo(share * first, 12)
    }
  })
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
  fc.record({
    kind: fc.constantFrom('squaredCosine', 'sigmoid', 'rectifiedFlow'),
    start: magnitude(-9, 0),
    end: magnitude(-9, 0).map((gap) => 1 - gap),
  }),
  fc.record({
    kind: fc.constant('logSnrLinear'),
    max: fc.double({ min: -30, max: 30, noNaN: true }),
    min: fc.double({ min: -30, max: 30, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('shifted'),
    schedule: fc.constantFrom(...schedules.map(([, { config }]) => config)),
    shift: magnitude(-4, 4),
  }),
)

/** Options that a generator leaves out. */
const others: Readonly<Record<string, object>> = {
  squaredCosine: { offset: 0.008 },
  sigmoid: { from: -3, to: 3, temperature: 1 },
}

it('each schedule that is accepted leaves float32 signal and noise at all times', async () => {
  let accepted = 0
  const property = fc.property(anySchedule, (config) => {
    let schedule: NoiseSchedule
    try {
      schedule = scheduleOf({ ...others[config.kind], ...config } as ScheduleConfig)
    } catch (error) {
      expect(error).toMatchObject({ code: 'range' })
      return
    }
    accepted++
    // What ends without signal is for networks that do not divide by it.
    if (schedule.alpha(1) === 0) return
    tidy(() => {
      const alpha = schedule.alpha(linspace(0, 1, 65) as Tensor1D)
      const x = ones([65, 2])
      const clean = removeNoise(diffuse(x, alpha, x), alpha, x)
      const odds = [...alpha.dataSync()].map((a, i) => Math.log(a / sub(1, alpha).dataSync()[i]!))
      expect([...clean.dataSync(), ...odds].every(Number.isFinite)).toBe(true)
    })
  })
  await fc.assert(property, { seed: 2, numRuns: 600 })
  expect(accepted).toBeGreaterThan(50)
})

describe('a schedule that ends without signal', () => {
  const network = () => matrixNetwork([2])
  const dark = [rectifiedFlow(), zeroTerminalSnr(cosine()), scheduleOf(own((t) => 0.9 * (1 - t)))]

  it.each(dark)('is refused where the network predicts noise', (schedule) => {
    const given = network()
    const make = () => diffusion({ network: given, schedule })
    expect(make).toThrow(
      expect.objectContaining({ code: 'range', message: expect.stringContaining('velocityPrediction()') }),
    )
    given.dispose()
  })

  it.each(dark)('is taken where it predicts anything else', (schedule) => {
    const given = network()
    for (const prediction of [dataPrediction(), velocityPrediction(), flowPrediction(), edmPrediction()]) {
      expect(diffusion({ network: given, schedule, prediction }).schedule.alpha(1)).toBe(0)
    }
    given.dispose()
  })
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
    [
      'one of your own next to 0',
      () => scheduleOf(own((t) => 1e-13 + 0.9 * (1 - t))),
      'expected a signal ratio of 0 or α(1)',
    ],
    ['one of your own below 0', () => scheduleOf(own((t) => 0.9 - t)), 'expected a signal ratio of 0 or α(1)'],
    [
      'a window upside down',
      () => sigmoidSchedule({ start: 0.5, end: 0.4 }),
      'diffusion.sigmoidSchedule: expected end',
    ],
    ['a window from 0', () => rectifiedFlow({ start: 1e-5 }), 'expected a signal ratio α(0) ≤ 1 − 2⁻²⁰'],
    ['no window at the end', () => squaredCosine({ end: 1 }), 'expected a signal ratio of 0 or α(1) ≥ 2⁻⁴⁰'],
    [
      'betas of another layout',
      () => discreteSchedule({ betas: 'cubic' as never }),
      'expected betas linear, scaledLinear',
    ],
    ['one step', () => discreteSchedule({ steps: 1 }), 'diffusion.discreteSchedule: expected steps'],
    ['no shift', () => shifted(cosine(), { shift: 0 }), 'diffusion.shifted: expected shift'],
    [
      'a chain without an end',
      () => {
        let config: ScheduleConfig = cosine().config
        for (let i = 0; i < 5000; i++) config = { kind: 'shifted', schedule: config, shift: 1 }
        return scheduleOf(config)
      },
      'expected at most 16 schedules in one another',
    ],
    ['one of your own that is NaN', () => scheduleOf(own(() => Number.NaN)), 'got NaN'],
    [
      'nothing',
      () => scheduleOf(null as never),
      'diffusion.scheduleOf: expected a schedule such as cosine(), or its config, got null',
    ],
    [
      'a kind alone',
      () => scheduleOf('cosine' as never),
      'expected a schedule such as cosine(), or its config, got "cosine"',
    ],
    [
      'an unknown kind',
      () => scheduleOf({ kind: 'square' } as never),
      'expected a schedule of cosine, squaredCosine, linear',
    ],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(message)
  })
})
