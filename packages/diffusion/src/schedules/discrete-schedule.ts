/** The steps of DDPM as a schedule of continuous time. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import { add, cast, floor, gather, minimum, mul, sub, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'

/** How the β of the steps are laid out. */
export type Betas = 'linear' | 'scaledLinear' | 'squaredCosine'

/** Options of {@link discreteSchedule}. */
export interface DiscreteScheduleOptions {
  /** Even from `betaStart` to `betaEnd`, even in their roots, or the cosine's (which has its own ends). @default 'linear' */
  betas?: Betas
  /** Steps. @default 1000 */
  steps?: number
  /** β of the first step. @default 0.0001 */
  betaStart?: number
  /** β of the last step. @default 0.02 */
  betaEnd?: number
}

/** All of {@link Betas}. */
export const betaLayouts: readonly Betas[] = ['linear', 'scaledLinear', 'squaredCosine']

/**
 * The signal ratios `ᾱᵢ = ∏ⱼ≤ᵢ (1 − βⱼ)` of DDPM's steps, put at `t = i/(steps − 1)`, with straight lines between: for models that were made
 * with steps, and for comparing with them. {@link linear}, {@link scaledLinear} and {@link squaredCosine} are the limits of many steps.
 *
 * @throws GenError `config` for other betas, `range` unless 2 ≤ steps ≤ 100 000 and 0 < betaStart ≤ betaEnd < 1, and where float32 could not tell ᾱ from 0 or 1.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @example
 * discreteSchedule().alpha(0) // 0.9999
 */
export function discreteSchedule({
  betas = 'linear',
  steps = 1000,
  betaStart = 0.0001,
  betaEnd = 0.02,
}: DiscreteScheduleOptions = {}): NoiseSchedule {
  const where = 'diffusion.discreteSchedule'
  if (!betaLayouts.includes(betas)) {
    throw refusal('config', where, { expected: `betas ${betaLayouts.join(', ')}`, got: JSON.stringify(betas) })
  }
  assertInteger(where, 'steps', steps, { min: 2, max: 100_000 })
  assertNumber(where, 'betaStart', betaStart, { exclusiveMin: 0, exclusiveMax: 1 })
  assertNumber(where, 'betaEnd', betaEnd, { min: betaStart, exclusiveMax: 1 })
  const ratios = products(steps, layouts[betas](steps, betaStart, betaEnd))
  return scheduleBy(
    where,
    { kind: 'discrete', betas, steps, betaStart, betaEnd },
    { ofNumber: (t) => between(ratios, t), ofTensor: (t) => betweenTensors(ratios, t), rounds: true },
    { clean: 'raise betaStart or lower steps', noise: 'lower betaEnd or steps' },
  )
}

const even = (from: number, to: number, share: number) => from + (to - from) * share

/** The β of step i of so many. */
const layouts: Readonly<Record<Betas, (steps: number, from: number, to: number) => (i: number) => number>> = {
  linear: (steps, from, to) => (i) => even(from, to, i / (steps - 1)),
  scaledLinear: (steps, from, to) => (i) => even(Math.sqrt(from), Math.sqrt(to), i / (steps - 1)) ** 2,
  squaredCosine: (steps) => {
    const left = (time: number) => Math.cos(((time + 0.008) / 1.008) * (Math.PI / 2)) ** 2
    // The paper's bound: the last step would otherwise take all the signal.
    return (i) => Math.min(1 - left((i + 1) / steps) / left(i / steps), 0.999)
  },
}

function products(steps: number, beta: (i: number) => number): Float64Array {
  const ratios = new Float64Array(steps)
  for (let [i, ratio] = [0, 1]; i < steps; i++) ratios[i] = ratio *= 1 - beta(i)
  return ratios
}

function between(ratios: Float64Array, t: number): number {
  const place = t * (ratios.length - 1)
  const i = Math.min(Math.floor(place), ratios.length - 2)
  return ratios[i]! + (ratios[i + 1]! - ratios[i]!) * (place - i)
}

function betweenTensors(ratios: Float64Array, t: Tensor): Tensor {
  const table = tensor1d(Float32Array.from(ratios))
  const place = mul(t, ratios.length - 1)
  const i = minimum(floor(place), ratios.length - 2)
  const [low, high] = [0, 1].map((step) => gather(table, cast(add(i, step), 'int32'))) as [Tensor, Tensor]
  return add(low, mul(sub(high, low), sub(place, i)))
}
