/** A point of the path between data and noise, in float64. @module */
import { assertNumber } from '@gen/backend'

/**
 * A point of the path: there x = signal · x₀ + noise · ε, with signal² + noise² = 1. The clean end is
 * `{ signal: 1, noise: 0 }`; at zero terminal SNR the noise end is `{ signal: 0, noise: 1 }`.
 *
 * Both numbers are kept, for near the clean end 1 − α has lost the digits of the noise.
 */
export interface Level {
  readonly signal: number
  readonly noise: number
}

/** Data without noise, where every sampler ends. */
export const cleanEnd: Level = { signal: 1, noise: 0 }

/**
 * The level of a signal ratio: signal √α, noise √(1 − α).
 *
 * @throws GenError `range` for α outside [0, 1].
 * @example
 * levelOf(0.64) // { signal: 0.8, noise: 0.6 }
 */
export function levelOf(alpha: number): Level {
  assertNumber('diffusion.levelOf', 'alpha', alpha, { min: 0, max: 1 })
  return { signal: Math.sqrt(alpha), noise: Math.sqrt(1 - alpha) }
}

/** The signal ratio α = signal². */
export function alphaOf({ signal }: Level): number {
  return signal * signal
}

/** The σ of variance exploding paths, noise / signal: infinite without signal. */
export function sigmaOf({ signal, noise }: Level): number {
  return noise / signal
}

/** The level of σ in [0, ∞], `{ 1, σ } / √(1 + σ²)`. */
export function levelOfSigma(sigma: number): Level {
  if (sigma === Number.POSITIVE_INFINITY) return { signal: 0, noise: 1 }
  const length = Math.hypot(1, sigma)
  return { signal: 1 / length, noise: sigma / length }
}

/** Logarithm of the signal-to-noise ratio, `2 log(signal / noise)`, in [−∞, ∞]: rises from noise to data. */
export function logSnrOf({ signal, noise }: Level): number {
  return 2 * (Math.log(signal) - Math.log(noise))
}

/** The level of a logarithm of the signal-to-noise ratio in [−∞, ∞]. */
export function levelOfLogSnr(logSnr: number): Level {
  return levelOfSigma(Math.exp(-logSnr / 2))
}

/** The time of rectified flow, `τ = noise / (signal + noise)` in [0, 1], where (1 − τ) x₀ + τ ε is x up to scale. */
export function flowTimeOf({ signal, noise }: Level): number {
  return noise / (signal + noise)
}

/** The level of a flow time in [0, 1], `{ 1 − τ, τ } / √((1 − τ)² + τ²)`. */
export function levelOfFlowTime(time: number): Level {
  const length = Math.hypot(1 - time, time)
  return { signal: (1 - time) / length, noise: time / length }
}
