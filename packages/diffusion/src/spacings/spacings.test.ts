/** Laws over all spacings and schedules. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  cleanEnd,
  cosine,
  evenSpacing,
  exponentialSpacing,
  karrasSpacing,
  leadingSpacing,
  levelOf,
  levelOfSigma,
  linear,
  type NoiseSchedule,
  rectifiedFlow,
  type Spacing,
  sigmaOf,
  trailingSpacing,
  varianceExploding,
  zeroTerminalSnr,
} from '../index.ts'
import { alphaOf, logSnrOf } from '../schedules/level.ts'
import { assertLevels } from './spacing.ts'

const schedules: readonly NoiseSchedule[] = [
  ...[cosine(), linear(), varianceExploding(), rectifiedFlow(), zeroTerminalSnr(linear())],
]
const spacings: readonly Spacing[] = [
  ...[evenSpacing(), leadingSpacing(), trailingSpacing(), karrasSpacing(), exponentialSpacing()],
  ...[karrasSpacing({ rho: 3, sigmaMin: 0.01, sigmaMax: 30 }), exponentialSpacing({ rho: 2, sigmaMax: 30 })],
]

it('are all that the package exports', () => {
  const index = readFileSync(new URL('../index.ts', import.meta.url), 'utf8')
  const names = [...index.matchAll(/\b(\w+)Spacing }? ?,?.*from '.\/spacings/g)].map(([, name]) => name)
  expect(new Set(spacings.map(({ config }) => config!.kind))).toEqual(new Set(names))
})

describe.each(spacings.map((spacing) => [JSON.stringify(spacing.config), spacing] as const))('%s', (_, spacing) => {
  it.each(schedules.map((schedule) => [schedule.config.kind, schedule] as const))(
    'makes one list of %s, from the noise end to the clean end',
    (_kind, schedule) => {
      for (const steps of [1, 2, 7, 50]) {
        const levels = assertLevels(spacing(schedule, steps), steps)
        expect(levels).toHaveLength(steps + 1)
        expect(levels.at(-1)).toEqual(cleanEnd)
        for (const { signal, noise } of levels) expect(Math.hypot(signal, noise)).toBeCloseTo(1, 12)
        const { kind, sigmaMax } = spacing.config!
        const noisiest = sigmaMax === undefined ? levelOf(schedule.alpha(1)) : levelOfSigma(Number(sigmaMax))
        if (kind !== 'leading') expect(levels[0]).toEqual(noisiest)
      }
    },
  )
})

it('times are those of table 2', () => {
  const schedule = cosine()
  const times = (spacing: Spacing) => spacing(schedule, 4).slice(0, -1).map(alphaOf)
  const at = (...all: number[]) => all.map((t) => schedule.alpha(t))
  expect(times(evenSpacing())).toBeAllClose(at(1, 2 / 3, 1 / 3, 0), { rtol: 1e-12, atol: 0 })
  expect(times(leadingSpacing())).toBeAllClose(at(0.75, 0.5, 0.25, 0), { rtol: 1e-12, atol: 0 })
  expect(times(trailingSpacing())).toBeAllClose(at(1, 0.75, 0.5, 0.25), { rtol: 1e-12, atol: 0 })
})

it('Karras’s levels are diffusers’', () => {
  const file = new URL('../../../../fixtures/diffusion/samplers.json', import.meta.url)
  const { edm } = JSON.parse(readFileSync(file, 'utf8')) as { edm: { sigmas: number[] } }
  const levels = karrasSpacing({ sigmaMin: 0.002, sigmaMax: 80 })(cosine(), 10)
  expect(levels.map(sigmaOf)).toBeAllClose(edm.sigmas, { rtol: 1e-6, atol: 0 })
})

it('exponential ones are even in the logarithm of the signal-to-noise ratio', () => {
  const ratios = exponentialSpacing()(linear(), 6).slice(0, -1).map(logSnrOf)
  const gaps = ratios.slice(1).map((ratio, i) => ratio - ratios[i]!)
  expect(gaps).toBeAllClose(Array(5).fill(gaps[0]), { rtol: 1e-10, atol: 0 })
})

describe('what are no levels is refused', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a schedule that rises',
      () => assertLevels(evenSpacing()({ ...cosine(), alpha: ((t: number) => t) as never }, 3), 3),
      'less noise',
    ],
    [
      'too few levels',
      () => assertLevels([levelOf(0.1), cleanEnd], 3),
      'expected 4 levels, each with less noise than the one before, got 2 levels',
    ],
    ['no ρ', () => karrasSpacing({ rho: 0 }), 'diffusion.karrasSpacing: expected rho'],
    [
      'an empty range',
      () => exponentialSpacing({ sigmaMin: 1, sigmaMax: 0.5 }),
      'diffusion.exponentialSpacing: expected sigmaMax',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
