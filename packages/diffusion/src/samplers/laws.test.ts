/** Laws over all samplers. */
import { readFileSync } from 'node:fs'
import { key, normal, useBackend } from '@gen/backend'
import { add, memory, mul, slice, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactPath } from '../fixtures/exact-path.ts'
import { type Mixture, triple } from '../fixtures/mixture.ts'
import {
  adaptiveCase,
  exactContext,
  finish,
  gradedSpacing,
  numbersOf,
  openSpacing,
  samplerCases,
} from '../fixtures/sampler-cases.ts'
import { adaptive, linear } from '../index.ts'
import { levelOf } from '../schedules/level.ts'

const gaussian: Mixture = { means: [[0.7, -0.3]], stds: [0.4], weights: [1] }
const schedule = linear({ start: 0.2 })
const [noiseEnd, cleanest] = [levelOf(schedule.alpha(1)), levelOf(schedule.alpha(0))]
const quiet = samplerCases.filter(({ order }) => order > 0)
const noisy = samplerCases.filter(({ order }) => order === 0)
const all = [...samplerCases, adaptiveCase]

let start: Tensor2D
let exact: ReadonlyMap<Mixture, number[]>

beforeAll(async () => {
  await useBackend('cpu')
  start = normal(key(1), [16, 2]) as Tensor2D
  const rows = start.arraySync()
  const pathsOf = (mixture: Mixture) => rows.flatMap((row) => exactPath(mixture, row, noiseEnd, cleanest))
  exact = new Map([gaussian, triple].map((mixture) => [mixture, pathsOf(mixture)]))
})

afterAll(() => start.dispose())

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(Array.from(a, (value, i) => (value - b[i]!) ** 2).reduce((sum, d) => sum + d, 0) / a.length)
}

it('every sampler that the package exports is among the cases', () => {
  const index = readFileSync(new URL('../index.ts', import.meta.url), 'utf8')
  const exported = [...index.matchAll(/export \{([^}]*)\} from '.\/samplers\/(?!walk|named-sampler)/g)].flatMap(
    ([, names]) =>
      names!
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type ')),
  )
  expect(exported.length).toBeGreaterThan(20)
  expect(new Set(all.map(({ name }) => name.split(',')[0]))).toEqual(new Set(exported))
})

describe.each(quiet)('$name', ({ make, order }) => {
  const error = (mixture: Mixture, steps: number) =>
    distance(
      numbersOf(make({ steps, spacing: gradedSpacing }), exactContext({ mixture, schedule, start })),
      exact.get(mixture)!,
    )

  it(`on a mixture errs as 1/steps to the power of ${order}`, () => {
    expect(Math.round(Math.log2(error(triple, 128) / error(triple, 256)))).toBe(order)
  })

  it('on a Gaussian errs as that or less, down to rounding', () => {
    expect(error(gaussian, 256)).toBeLessThan(Math.max(error(gaussian, 64) / 4 ** (order - 0.5), 4e-6))
  })

  it('twice gives the same bits', () => {
    const twice = [1, 2].map(() => numbersOf(make({ steps: 5 }), exactContext({ mixture: triple, schedule, start })))
    expect(twice[0]).toEqual(twice[1])
  })
})

describe.each(noisy)('$name', ({ make }) => {
  /** Of x at the last level, of 8000 numbers from the Gaussian’s own at the first. */
  function moments(steps: number): [mean: number, variance: number] {
    const [mean, std] = [gaussian.means[0]![0]!, gaussian.stds[0]!]
    const many = tidy(() =>
      add(mul(normal(key(3), [8000, 1]), Math.hypot(noiseEnd.signal * std, noiseEnd.noise)), noiseEnd.signal * mean),
    )
    const context = exactContext({ mixture: { ...gaussian, means: [[mean]] }, schedule, start: many })
    const values = numbersOf(make({ steps, spacing: openSpacing }), context)
    many.dispose()
    const center = values.reduce((sum, value) => sum + value, 0) / values.length
    return [center, values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length]
  }

  it('has the mean and the variance of the Gaussian’s path', () => {
    const [mean, variance] = moments(200)
    const expected = (cleanest.signal * 0.4) ** 2 + cleanest.noise ** 2
    // Three standard errors of 8000 draws, and what 200 steps leave.
    expect(Math.abs(mean - cleanest.signal * 0.7)).toBeLessThan(3 * Math.sqrt(expected / 8000) + 0.005)
    expect(Math.abs(variance / expected - 1)).toBeLessThan(3 * Math.sqrt(2 / 8000) + 0.01)
  })

  it('along a Brownian path comes nearer to itself the finer the steps, and not with fresh noise', () => {
    const at = (steps: number, brownian: boolean) =>
      numbersOf(make({ steps, spacing: openSpacing }), exactContext({ mixture: gaussian, schedule, start, brownian }))
    const finest = at(256, true)
    const [coarse, fine] = [distance(at(16, true), finest), distance(at(64, true), finest)]
    expect(fine).toBeLessThan(coarse / 2)
    expect(distance(at(64, false), at(256, false))).toBeGreaterThan(3 * fine)
  })
})

describe.each(samplerCases)('$name', ({ make, calls, order }) => {
  it('asks as often as it says, yields a state a step, and says what it was made with', () => {
    for (const steps of [1, 2, 5]) {
      let asked = 0
      const sampler = make({ steps })
      const run = sampler.run(exactContext({ mixture: triple, schedule, start, onCall: () => asked++ }))
      const seen: number[] = []
      let next = run.next()
      while (!next.done) {
        seen.push(next.value.step)
        next = run.next()
      }
      next.value.dispose()
      expect(asked).toBe(calls(steps))
      expect(seen).toEqual(Array.from({ length: sampler.steps }, (_, i) => i + 1))
      expect(JSON.parse(JSON.stringify(sampler.config))).toMatchObject({
        kind: sampler.name,
        steps,
        spacing: { kind: expect.stringMatching(/^(even|karras)$/) },
      })
    }
  })

  it(order > 0 ? 'draws no noise' : 'draws another noise each time', () => {
    const drawn: number[] = []
    const context = exactContext({ mixture: triple, schedule, start })
    const noise: typeof context.noise = (i, from, to) => {
      drawn.push(i)
      return context.noise(i, from, to)
    }
    finish(make({ steps: 6 }), { ...context, noise }).dispose()
    expect(drawn.length > 0).toBe(order === 0)
    expect(new Set(drawn).size).toBe(drawn.length)
  })
})

describe.each(all)('$name', ({ make }) => {
  it('gives a row the same bits whatever its batch', () => {
    const whole = numbersOf(make({ steps: 6 }), exactContext({ mixture: triple, schedule, start }))
    for (const [offset, rows] of [
      [0, 1],
      [5, 3],
    ] as const) {
      const part: Tensor = slice(start, offset, rows)
      const values = numbersOf(make({ steps: 6 }), exactContext({ mixture: triple, schedule, start: part, offset }))
      part.dispose()
      expect(values).toEqual(whole.slice(2 * offset, 2 * (offset + rows)))
    }
  })

  it('leaves nothing when it is left at any step, or the network throws at any call', () => {
    const before = memory().numTensors
    for (let stop = 1; stop <= 5; stop++) {
      const run = make({ steps: 5 }).run(exactContext({ mixture: triple, schedule, start }))
      for (let i = 0; i < stop; i++) run.next()
      run.return(start)
      expect(memory().numTensors).toBe(before)
    }
    for (let fault = 1; fault <= 8; fault++) {
      let asked = 0
      const onCall = () => {
        if (++asked === fault) throw new Error('broken network')
      }
      const broken = () =>
        finish(make({ steps: 5 }), exactContext({ mixture: triple, schedule, start, onCall })).dispose()
      if (fault === 1) expect(broken).toThrow('broken network')
      try {
        broken()
      } catch {}
      expect(memory().numTensors).toBe(before)
    }
  })

  it('refuses no steps', () => {
    const wrong = () => (make === adaptiveCase.make ? adaptive({ steps: 0 }) : make({ steps: 0 }))
    expect(wrong).toThrow(expect.objectContaining({ code: 'range' }))
  })
})
