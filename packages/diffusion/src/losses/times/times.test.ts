/** Time samplings have the density that they state. */
import { key, useBackend } from '@gen/backend'
import { tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { logSnrLinear } from '../../schedules/log-snr-linear.ts'
import { rectifiedFlow } from '../../schedules/rectified-flow.ts'
import type { NoiseSchedule } from '../../schedules/schedule.ts'
import { timeSamplingFromConfig } from './from-config.ts'
import { importanceTimes } from './importance-times.ts'
import { logNormalTimes } from './log-normal-times.ts'
import { logitNormalTimes } from './logit-normal-times.ts'
import { stratifiedTimes } from './stratified-times.ts'
import type { TimeSampling } from './time-sampling.ts'
import { uniformTimes } from './uniform-times.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const rows = 20_000
const [max, min] = [6, -6]
const schedule = logSnrLinear({ max, min })

interface Drawn {
  readonly alpha: number[]
  readonly weight: number[]
}

function drawn(times: TimeSampling, seed = 1, count = rows, path: NoiseSchedule = schedule): Drawn {
  return tidy(() => {
    const { alpha, weight } = times.draw(key(seed), count, path)
    return { alpha: [...alpha.dataSync()], weight: weight ? [...weight.dataSync()] : Array(count).fill(1) }
  })
}

const logSnr = (alpha: number) => Math.log(alpha / (1 - alpha))
/** The schedule's time, whose log-SNR is linear in it. */
const timeOf = (alpha: number) => (max - logSnr(alpha)) / (max - min)

/** Kolmogorov and Smirnov's distance of numbers from a distribution, times the root of their count: 1.63 once in a hundred. */
function distance(values: number[], cdf: (value: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const gaps = sorted.map((value, i) => Math.max(cdf(value) - i / sorted.length, (i + 1) / sorted.length - cdf(value)))
  return Math.max(...gaps) * Math.sqrt(sorted.length)
}

/** Standard normal, by Abramowitz and Stegun's 7.1.26 (error 1.5e-7). */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const terms = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592]
  const erf = 1 - terms.reduce((sum, term) => (sum + term) * t, 0) * Math.exp(-x * x)
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}

const logit = (t: number) => Math.log(t / (1 - t))
const profile = [4, 1, 2, 1]
const steps = [0, 0.5, 0.625, 0.875, 1]

/** Each with the distribution function of its times. */
const stated: Record<string, [times: TimeSampling, cdf: (t: number) => number]> = {
  uniform: [uniformTimes(), (t) => t],
  stratified: [stratifiedTimes(), (t) => t],
  // ln σ = −λ/2 = (t − 1/2) (max − min)/2.
  logNormal: [logNormalTimes({ mean: -0.4, std: 0.8 }), (t) => normalCdf((((t - 0.5) * (max - min)) / 2 + 0.4) / 0.8)],
  logitNormal: [logitNormalTimes({ mean: 0.5, std: 1.2 }), (t) => normalCdf((logit(t) - 0.5) / 1.2)],
  importance: [
    importanceTimes({ profile }),
    (t) => {
      const bin = Math.min(3, Math.floor(4 * t))
      return steps[bin]! + (steps[bin + 1]! - steps[bin]!) * (4 * t - bin)
    },
  ],
}

describe.each(Object.entries(stated))('%s', (name, [times, cdf]) => {
  it('has the density that it states, and no other', () => {
    const values = drawn(times).alpha.map(timeOf)
    expect(distance(values, cdf)).toBeLessThan(1.63)
    if (name !== 'uniform' && name !== 'stratified') expect(distance(values, (t) => t)).toBeGreaterThan(10)
  })

  it('is the same for the same key, another for another', () => {
    expect(drawn(times, 1, 100)).toEqual(drawn(times, 1, 100))
    expect(drawn(times, 2, 100)).not.toEqual(drawn(times, 1, 100))
  })

  it('stays within the schedule', () => {
    for (const path of [schedule, rectifiedFlow(), logSnrLinear({ max: 0.1, min: -0.1 })]) {
      const { alpha } = drawn(times, 3, 2000, path)
      for (const one of alpha) {
        expect(one).toBeLessThanOrEqual(Math.fround(path.alpha(0)))
        expect(one).toBeGreaterThanOrEqual(Math.fround(path.alpha(1)))
      }
    }
  })

  it('comes back from its configuration as JSON', () => {
    const again = timeSamplingFromConfig(JSON.parse(JSON.stringify(times.config)))
    expect(again.config).toEqual(times.config)
    expect(drawn(again, 1, 10)).toEqual(drawn(times, 1, 10))
  })
})

it('stratified times lie one in each part', () => {
  const values = drawn(stratifiedTimes(), 1, 50).alpha.map(timeOf)
  expect(values.map((t) => Math.floor(50 * t + 1e-4))).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

it('logit-normal times on the whole straight path are log-normal in σ', () => {
  const path: NoiseSchedule = { ...rectifiedFlow({ start: 0.0011 }) }
  const sigmas = (times: TimeSampling) =>
    drawn(times, 1, 2000, path).alpha.map((alpha) => Math.log(Math.sqrt(1 / alpha - 1)))
  const [logit, log] = [logitNormalTimes({ mean: 0.2, std: 0.7 }), logNormalTimes({ mean: 0.2, std: 0.7 })]
  expect(sigmas(logit)).toBeAllClose(sigmas(log), { atol: 0.05 })
})

describe('importance', () => {
  const [even, odd] = [uniformTimes(), importanceTimes({ profile })]
  const loss = (t: number) => (t < 0.25 ? 4 : t < 0.5 ? 1 : t < 0.75 ? 2 : 1)
  const weightedLosses = (times: TimeSampling, seed: number) => {
    const { alpha, weight } = drawn(times, seed, 1000)
    return alpha.map((one, i) => weight[i]! * loss(timeOf(one)))
  }
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  it('keeps the mean, and where the profile is the loss leaves no variance', () => {
    expect(meanOf(weightedLosses(odd, 1))).toBeCloseTo(2, 1)
    const spread = (values: number[]) => Math.sqrt(meanOf(values.map((value) => (value - 2) ** 2)))
    expect(spread(weightedLosses(even, 1))).toBeGreaterThan(1)
    // What is left are times whose float32 α falls over an edge.
    expect(spread(weightedLosses(odd, 1))).toBeLessThan(0.1)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['one part', [1]],
    ['a hole', [1, 0, 1]],
    ['a part hardly ever drawn', [1, 1e-4]],
    ['what is no number', [1, Number.NaN]],
  ])('refuses %s', (_name, given) => {
    expect(() => importanceTimes({ profile: given as number[] })).toThrow('diffusion.importanceTimes: expected profile')
  })
})

it.each([
  () => logNormalTimes({ std: 0 }),
  () => logitNormalTimes({ mean: 100 }),
  () => logNormalTimes({ mean: Number.NaN }),
])('%s is refused', (make) => {
  expect(make).toThrow(/^diffusion\.log\w*Times: expected (mean|std)/)
})
