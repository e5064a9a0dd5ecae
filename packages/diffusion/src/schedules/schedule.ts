/** Noise schedules: how much signal is left at each time. @module */
import { assertNumber, GenError } from '@gen/backend'
import { add, cos, exp, mul, square, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Signal ratio of a time, as a number or element by element. */
export interface AlphaOfTime {
  (t: number): number
  <T extends Tensor>(t: T): T
}

/** A noise schedule. */
export interface NoiseSchedule {
  /**
   * The signal ratio α (the ᾱ of DDPM) at time t in [0, 1]: 0 is the clean end, 1 the noise end. Falls strictly, and stays
   * strictly between 0 and 1: at 0 nothing is left to predict the image from, at 1 no noise to predict. So that float32 tells
   * it from both ends, it stays in [2⁻⁴⁰, 1 − 2⁻²⁰].
   */
  readonly alpha: AlphaOfTime
  /** What {@link scheduleOf} makes it from again, as plain JSON. */
  readonly config: ScheduleConfig
}

/** A schedule as plain JSON. */
export type ScheduleConfig =
  | ({ readonly kind: 'cosine' } & Readonly<Required<CosineOptions>>)
  | ({ readonly kind: 'linear' } & Readonly<Required<LinearOptions>>)

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** √α at the clean end. @default 0.95 */
  maxSignalRate?: number
  /** √α at the noise end: too low oversaturates, too high leaves the start no pure noise. @default 0.02 */
  minSignalRate?: number
}

/**
 * The angle of signal against noise turns evenly: `α(t) = cos²(θ₀ + t (θ₁ − θ₀))` with `θ₀ = acos(maxSignalRate)` and
 * `θ₁ = acos(minSignalRate)`.
 *
 * @throws GenError `range` unless 0 < minSignalRate < maxSignalRate < 1, and where float32 could not tell α from 0 or 1.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021) https://arxiv.org/abs/2102.09672
 * @see Denoising diffusion implicit models (Béres, 2022) https://keras.io/examples/generative/ddim/
 * @example
 * cosine().alpha(0) // 0.9025
 */
export function cosine({ maxSignalRate = 0.95, minSignalRate = 0.02 }: CosineOptions = {}): NoiseSchedule {
  const where = 'diffusion.cosine'
  assertNumber(where, 'maxSignalRate', maxSignalRate, { exclusiveMin: 0, exclusiveMax: 1 })
  assertNumber(where, 'minSignalRate', minSignalRate, { exclusiveMin: 0, exclusiveMax: maxSignalRate })
  const from = Math.acos(maxSignalRate)
  const turn = Math.acos(minSignalRate) - from
  const alpha = onNumbersAndTensors(
    (t) => Math.cos(from + t * turn) ** 2,
    (t) => square(cos(add(mul(t, turn), from))),
  )
  assertEnds(where, alpha, { clean: 'lower maxSignalRate to 0.9999', noise: 'raise minSignalRate to 0.0001' })
  return { config: { kind: 'cosine', maxSignalRate, minSignalRate }, alpha }
}

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Noise per unit of time at the clean end. @default 0.1 */
  betaMin?: number
  /** Noise per unit of time at the noise end. @default 20 */
  betaMax?: number
  /** Time at which the clean end is put, for at 0 there would be no noise at all. @default 0.001 */
  start?: number
}

/**
 * DDPM's linear β in continuous time: `α(t) = exp(−(βmin s + (βmax − βmin) s² / 2))` with `s = start + t (1 − start)`.
 *
 * @throws GenError `range` unless 0 < betaMin ≤ betaMax and 0 < start < 1, and where float32 could not tell α from 0 or 1.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @see Score-based generative modeling through SDEs (Song et al., 2020), the variance preserving SDE https://arxiv.org/abs/2011.13456
 * @example
 * linear().alpha(1) // 4.3e-5
 */
export function linear({ betaMin = 0.1, betaMax = 20, start = 0.001 }: LinearOptions = {}): NoiseSchedule {
  const where = 'diffusion.linear'
  assertNumber(where, 'betaMin', betaMin, { exclusiveMin: 0 })
  assertNumber(where, 'betaMax', betaMax, { min: betaMin, max: 100 })
  assertNumber(where, 'start', start, { exclusiveMin: 0, exclusiveMax: 1 })
  const half = (betaMax - betaMin) / 2
  const alpha = onNumbersAndTensors(
    (t) => {
      const s = start + t * (1 - start)
      return Math.exp(-s * (betaMin + half * s))
    },
    (t) => {
      const s = add(mul(t, 1 - start), start)
      return exp(mul(mul(s, -1), add(mul(s, half), betaMin)))
    },
  )
  assertEnds(where, alpha, { clean: 'raise start or betaMin', noise: 'lower betaMin + betaMax to 50' })
  return { config: { kind: 'linear', betaMin, betaMax, start }, alpha }
}

/**
 * Makes a schedule from its configuration; a schedule is passed through, once its ends are checked.
 *
 * @throws GenError `config` for an unknown name or other options than its own, `value` or `range` for numbers that make no schedule.
 * @example
 * scheduleOf({ kind: 'cosine', maxSignalRate: 0.95, minSignalRate: 0.02 })
 */
export function scheduleOf(schedule: NoiseSchedule | ScheduleConfig): NoiseSchedule {
  const where = 'diffusion.scheduleOf'
  const given: unknown = schedule
  const isObject = typeof given === 'object' && given !== null
  if (isObject) {
    if ('alpha' in schedule) {
      const remedy = 'let alpha(t) fall within these bounds from t = 0 to t = 1'
      assertEnds(where, schedule.alpha, { clean: remedy, noise: remedy })
      return schedule
    }
    if (hasExactly(schedule, ['kind', 'maxSignalRate', 'minSignalRate']) && schedule.kind === 'cosine') {
      return cosine(schedule)
    }
    if (hasExactly(schedule, ['kind', 'betaMin', 'betaMax', 'start']) && schedule.kind === 'linear') {
      return linear(schedule)
    }
  }
  const got = JSON.stringify(given)
  const expected = 'the config of a schedule cosine or linear'
  throw new GenError('config', `${where}: expected ${expected}, got ${got}; pass cosine() or linear()`)
}

function hasExactly(config: object, names: readonly string[]): boolean {
  return Object.keys(config).length === names.length && names.every((name) => Object.hasOwn(config, name))
}

/** Sixteen roundings of float32 from 1. */
const leastNoise = 2 ** -20

/** Its root, the share of the signal, is sixteen roundings of a float32 x. */
const leastSignal = 2 ** -40

/** Refuses a schedule at whose ends float32 sees no noise or no signal: there the loss would be NaN. */
function assertEnds(where: string, alpha: AlphaOfTime, remedies: { clean: string; noise: string }): void {
  const [clean, noise] = [alpha(0), alpha(1)]
  const refuse = (expected: string, got: number, remedy: string) => {
    throw new GenError('range', `${where}: expected ${expected}, got ${got}; ${remedy}`, { details: { clean, noise } })
  }
  if (!(clean <= 1 - leastNoise)) refuse('a signal ratio α(0) ≤ 1 − 2⁻²⁰ at the clean end', clean, remedies.clean)
  if (!(noise >= leastSignal)) refuse('a signal ratio α(1) ≥ 2⁻⁴⁰ at the noise end', noise, remedies.noise)
  if (!(Math.fround(noise) < Math.fround(clean))) {
    refuse(`a signal ratio at the noise end below the clean end's ${clean}`, noise, 'put the two ends further apart')
  }
}

function onNumbersAndTensors(ofNumber: (t: number) => number, ofTensor: (t: Tensor) => Tensor): AlphaOfTime {
  const alpha = (t: number | Tensor) => (typeof t === 'number' ? ofNumber(t) : tidy(() => ofTensor(t)))
  return alpha as AlphaOfTime
}
