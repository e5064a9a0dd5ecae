/** Papers' lines that are one line in other coordinates, and what one paper's code says otherwise. */
import { key, normal, useBackend } from '@gen/backend'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactPath } from '../fixtures/exact-path.ts'
import { triple } from '../fixtures/mixture.ts'
import { exactContext, gradedSpacing, numbersOf } from '../fixtures/sampler-cases.ts'
import {
  ddim,
  ddpmAncestral,
  dpm2,
  dpm2Ancestral,
  dpmSolver1S,
  dpmSolver3M,
  edmHeun,
  euler,
  eulerAncestral,
  flowEuler,
  heun,
  levelOf,
  linear,
  type Sampler,
  type SamplerOptions,
  type Step,
  stepSampler,
} from '../index.ts'
import { exponentialStep, logStep } from './exponential.ts'
import type { Weighted } from './straight.ts'
import { weightedSum } from './weighted-sum.ts'

const schedule = linear({ start: 0.2 })
let start: Tensor2D

beforeAll(async () => {
  await useBackend('cpu')
  start = normal(key(1), [16, 2]) as Tensor2D
})

afterAll(() => start.dispose())

type Make = (options: SamplerOptions) => Sampler
const numbers = (make: Make, steps = 7) =>
  numbersOf(make({ steps }), exactContext({ mixture: triple, schedule, start }))

describe('one line in several coordinates', () => {
  it.each<[string, Make, Make]>([
    ['Euler’s step in σ is DDIM’s', euler, ddim],
    ['Euler’s step in flow time is DDIM’s', flowEuler, ddim],
    ['DPM-Solver++(1S) is DDIM', dpmSolver1S, ddim],
    ['SDE-DPM-Solver++(1S) is DDIM with η = 1', (o) => dpmSolver1S({ ...o, eta: 1 }), (o) => ddim({ ...o, eta: 1 })],
    ['DDPM is DDIM with η = 1', ddpmAncestral, (o) => ddim({ ...o, eta: 1 })],
    ['Euler’s ancestral step is DDIM’s with η = 1', eulerAncestral, (o) => ddim({ ...o, eta: 1 })],
    ['and so is it with less noise', (o) => eulerAncestral({ ...o, eta: 0.4 }), (o) => ddim({ ...o, eta: 0.4 })],
    ['EDM’s without churn is Heun’s', (o) => edmHeun({ ...o, churn: 0 }), heun],
    ['DPM2 ancestral without noise is DPM2', (o) => dpm2Ancestral({ ...o, eta: 0 }), dpm2],
  ])('%s', (_, one, other) => {
    expect(numbers(one)).toBeAllClose(numbers(other), { rtol: 1e-4, atol: 1e-4 })
  })

  it('while others differ', () => {
    expect(numbers(heun)).not.toBeAllClose(numbers(ddim), { rtol: 1e-2, atol: 1e-2 })
    expect(numbers(ddpmAncestral)).not.toBeAllClose(
      numbers((o) => ddpmAncestral({ ...o, variance: 'large' })),
      { rtol: 1e-2, atol: 1e-2 },
    )
  })
})

/** DPM-Solver++(3M) with the weights of its authors' code, which k-diffusion and diffusers have too. */
const published: Step = ({ i, levels, x, from, to, past, predict }) => {
  const { clean } = predict(x, from)
  const h = logStep(from, to)
  const { keep, gain } = exponentialStep(from, to)
  const phi2 = Math.expm1(-h) / h + 1
  const phi3 = phi2 / h - 1 / 2
  const seen = [clean, ...past]
  const length = (k: number) => logStep(levels[i - k - 1]!, levels[i - k]!) / h
  const slope = (k: number) => weightedSum([1 / length(k), seen[k]!], [-1 / length(k), seen[k + 1]!])
  const terms: Weighted[] = [
    [keep, x],
    [gain, clean],
  ]
  if (i === 1) terms.push([to.signal * phi2, slope(0)])
  if (i > 1) {
    const bend = weightedSum([1, slope(0)], [-1, slope(1)])
    const span = length(0) + length(1)
    terms.push(
      [to.signal * phi2, slope(0)],
      [(to.signal * phi2 * length(0)) / span, bend],
      [(-to.signal * phi3) / span, bend],
    )
  }
  return { x: weightedSum(...terms), clean, past: seen.slice(0, 2) }
}

it('the published weights of DPM-Solver++(3M) leave order 2, ours have order 3', () => {
  const [from, to] = [levelOf(schedule.alpha(1)), levelOf(schedule.alpha(0))]
  const exact = start.arraySync().flatMap((row) => exactPath(triple, row, from, to))
  const error = (make: Make, steps: number) => {
    const values = numbersOf(
      make({ steps, spacing: gradedSpacing }),
      exactContext({ mixture: triple, schedule, start }),
    )
    return Math.sqrt(values.reduce((sum, value, i) => sum + (value - exact[i]!) ** 2, 0) / values.length)
  }
  const order = (make: Make) => Math.log2(error(make, 128) / error(make, 256))
  expect(Math.round(order((options) => stepSampler('published', { ...options }, published)))).toBe(2)
  expect(Math.round(order(dpmSolver3M))).toBe(3)
})
