/** Noise schedules: how much signal is left at each time. @module */
import { type JsonObject, refusal } from '@gen/backend'
import { clipByValue, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Signal ratio of a time, as a number or element by element. */
export interface AlphaOfTime {
  (t: number): number
  <T extends Tensor>(t: T): T
}

/** A noise schedule. */
export interface NoiseSchedule {
  /**
   * The signal ratio α (the ᾱ of DDPM) at time t in [0, 1]: 0 is the clean end, 1 the noise end. Falls strictly. So that float32
   * tells it from both ends, it stays in [2⁻⁴⁰, 1 − 2⁻²⁰]; only at the noise end may it be 0, which is no signal at all, for models
   * that then still predict the data.
   */
  readonly alpha: AlphaOfTime
  /** What {@link scheduleOf} makes it from again, as plain JSON. */
  readonly config: ScheduleConfig
}

/** A schedule as plain JSON. */
export type ScheduleConfig = JsonObject & { readonly kind: string }

/** What the caller can do where an end of a schedule is too near 0 or 1. */
export interface Remedies {
  readonly clean: string
  readonly noise: string
}

/** A schedule's formula, in float64 and in float32. */
export interface ScheduleFormula {
  ofNumber(t: number): number
  ofTensor(t: Tensor): Tensor
  /** Whether float32 may round the formula beyond the schedule's ends, where it is then cut off. @default false */
  readonly rounds?: boolean
}

/** A schedule by its formula, once its ends are checked. */
export function scheduleBy(
  where: string,
  config: ScheduleConfig,
  { ofNumber, ofTensor, rounds = false }: ScheduleFormula,
  remedies: Remedies,
): NoiseSchedule {
  const [clean, noise] = [ofNumber(0), ofNumber(1)]
  const within = (alpha: Tensor) => (rounds ? clipByValue(alpha, noise, clean) : alpha)
  const either = (t: number | Tensor) => (typeof t === 'number' ? ofNumber(t) : tidy(() => within(ofTensor(t))))
  const alpha = either as AlphaOfTime
  assertEnds(where, alpha, remedies)
  return { config, alpha }
}

/** Sixteen roundings of float32 from 1. */
const leastNoise = 2 ** -20

/** Its root, the share of the signal, is sixteen roundings of a float32 x. */
export const leastSignal: number = 2 ** -40

/** Refuses a schedule at whose ends float32 sees no noise, or so little signal that it is neither some nor none. */
export function assertEnds(where: string, alpha: AlphaOfTime, remedies: Remedies): void {
  const [clean, noise] = [alpha(0), alpha(1)]
  const refuse = (expected: string, got: number, remedy: string) => {
    throw refusal('range', where, { expected, got, remedy, details: { clean, noise } })
  }
  if (!(clean <= 1 - leastNoise)) refuse('a signal ratio α(0) ≤ 1 − 2⁻²⁰ at the clean end', clean, remedies.clean)
  if (!(noise >= leastSignal || noise === 0)) {
    refuse('a signal ratio of 0 or α(1) ≥ 2⁻⁴⁰ at the noise end', noise, remedies.noise)
  }
  if (!(Math.fround(noise) < Math.fround(clean))) {
    refuse(`a signal ratio at the noise end below the clean end's ${clean}`, noise, 'put the two ends further apart')
  }
}
