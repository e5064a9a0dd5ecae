/** Parity with diffusers, and with EDM's paper by diffusers' scalings (fixtures/diffusion/samplers.py). */
import { readFileSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import { add, log, mul, scalar, sin, sub, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import {
  ddim,
  ddpmAncestral,
  deis,
  dpmSolver2M,
  edmHeun,
  edmPrediction,
  euler,
  eulerAncestral,
  flowEuler,
  flowHeun,
  heun,
  karrasSpacing,
  type Level,
  type Levels,
  levelOf,
  levelOfFlowTime,
  levelOfSigma,
  lms,
  type NoiseSchedule,
  type Prediction,
  pndm,
  type Sampler,
  type SamplerOptions,
  uniPc,
} from '../index.ts'
import { alphaOf, cleanEnd, sigmaOf } from '../schedules/level.ts'

interface Trajectory {
  readonly sigmas?: readonly number[]
  readonly taus?: readonly number[]
  readonly times?: readonly number[]
  readonly knots?: readonly (readonly [time: number, alpha: number])[]
  readonly states: readonly (readonly number[])[]
  readonly result: readonly number[]
}

const file = new URL('../../../../fixtures/diffusion/samplers.json', import.meta.url)
const { start, noises, strides, ...made } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly start: number[]
  readonly noises: number[][]
  readonly strides: { times: number[]; stepsTo: number[] }
  readonly [name: string]: unknown
}
const trajectoryOf = (name: string) => made[name] as Trajectory

beforeAll(async () => {
  await useBackend('cpu')
})

/** The levels of a trajectory; repeated ones are the second stages of a step. */
function levelsOf({ sigmas, taus, times, knots }: Trajectory): Level[] {
  if (taus) return [...new Set(taus)].map(levelOfFlowTime)
  if (sigmas) return [...new Set(sigmas)].map(levelOfSigma)
  const asked = [...new Set(times)].filter((time) => time % 100 === 0)
  return [...asked.map((time) => levelOf(new Map(knots).get(time)!)), cleanEnd]
}

/** A schedule through the alphas that diffusers used, for PNDM’s middles between timesteps. */
function throughKnots(knots: Trajectory['knots'] = []): NoiseSchedule {
  const alpha = (t: number) => {
    const time = t * 999
    const above = Math.max(
      1,
      knots.findIndex(([known]) => known >= time - 1e-9),
    )
    const [[t0, a0], [t1, a1]] = [knots[above - 1]!, knots[above]!]
    return a0 + ((time - t0) / (t1 - t0)) * (a1 - a0)
  }
  return { alpha: alpha as NoiseSchedule['alpha'], config: { kind: 'knots' } as never }
}

/** The formula that stands for a network in the fixtures. */
function formula(x: Tensor, level: Levels): Prediction {
  const { signal, noise } = level as Level
  return tidy(() => {
    const clean = add(mul(sin(add(mul(x, 1.5), alphaOf(level as Level))), 0.8), mul(x, 0.1))
    return { clean, eps: mul(sub(x, mul(clean, signal)), 1 / noise) }
  }) as unknown as Prediction
}

/** EDM’s network: a formula of what c_in and c_noise give. */
function preconditioned(x: Tensor, level: Levels): Prediction {
  const { read, input } = edmPrediction({ sigmaData: 0.5 })
  const { signal, noise } = level as Level
  return tidy(() => {
    const rates = { signal: scalar(signal), noise: scalar(noise) }
    const told = mul(log(sigmaOf(level as Level)), 0.25)
    const { eps, clean } = read(sin(add(mul(input!(x, rates), 1.3), told)), x, rates)
    return { eps, clean }
  }) as unknown as Prediction
}

function follow(
  sampler: Sampler,
  schedule: NoiseSchedule,
  predict = formula,
): { states: number[][]; result: number[] } {
  const x = tensor2d(start, [2, 3])
  const run = sampler.run({ start: x, schedule, predict, noise: (i) => tensor2d(noises[i]!, [2, 3]) })
  const states: number[][] = []
  let next = run.next()
  while (!next.done) {
    states.push([...next.value.x.dataSync()])
    next = run.next()
  }
  const result = [...next.value.dataSync()]
  x.dispose()
  next.value.dispose()
  return { states, result }
}

/** SA-Solver is not among them: at order 2, with which all begin, diffusers adds a term that the paper has not. */
const peers: [name: string, make: (options: SamplerOptions) => Sampler][] = [
  ['ddim', ddim],
  ['ddpmSmall', ddpmAncestral],
  ['ddpmLarge', (o) => ddpmAncestral({ ...o, variance: 'large' })],
  ['euler', euler],
  ['eulerAncestral', eulerAncestral],
  ['heun', heun],
  ['heunKarras', heun],
  ['lms', lms],
  ['dpmSolver2M', dpmSolver2M],
  ['dpmSolver2MSde', (o) => dpmSolver2M({ ...o, eta: 1 })],
  ['uniPc', uniPc],
  ['uniPc3', (o) => uniPc({ ...o, order: 3 })],
  ['deis2', (o) => deis({ ...o, order: 2 })],
  ['deis3', (o) => deis({ ...o, order: 3 })],
  ['flowEuler', flowEuler],
  ['flowHeun', flowHeun],
  ['pndm', pndm],
]

it.each(peers)('%s: each of ten states within 1e-4', (name, make) => {
  const trajectory = trajectoryOf(name)
  const levels = levelsOf(trajectory)
  const sampler = make({ steps: levels.length - 1, spacing: () => levels })
  const { states, result } = follow(sampler, throughKnots(trajectory.knots))
  // Of PNDM's first steps the three stages between are no states.
  const expected = name === 'pndm' ? trajectory.states.filter((_, i) => i > 12 || i % 4 === 0) : trajectory.states
  expect(states).toHaveLength(10)
  for (const [i, state] of states.entries()) expect(state).toBeAllClose(expected[i]!, { rtol: 0, atol: 1e-4 })
  expect(result).toBeAllClose(trajectory.result, { rtol: 0, atol: 1e-4 })
})

it.each([
  ['edm', 0],
  ['edmChurn', 3],
] as const)('%s: EDM’s algorithm 2 on Karras’s levels with EDM’s scalings', (name, churn) => {
  const trajectory = trajectoryOf(name)
  const spacing = karrasSpacing({ sigmaMin: 0.002, sigmaMax: 80 })
  const sampler = edmHeun({ steps: 10, spacing, churn })
  const { states, result } = follow(sampler, throughKnots(), preconditioned)
  for (const [i, state] of states.entries()) expect(state).toBeAllClose(trajectory.states[i]!, { rtol: 0, atol: 1e-4 })
  expect(result).toBeAllClose(trajectory.result, { rtol: 0, atol: 1e-4 })
})

it('diffusers’ DDIM steps to another level than it asks at next where timesteps are even from end to end', () => {
  // It takes 1000 / steps off the timestep, whatever comes next (its issues 11347 and 12633), so `ddim` is compared with it on
  // its default spacing alone, where both are the same. Should it be mended, this fails, and the case can go.
  const { times, stepsTo } = strides
  expect(stepsTo.slice(0, -1)).not.toEqual(times.slice(1))
})
