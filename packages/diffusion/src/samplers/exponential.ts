/** Exponential integrators: the linear part of the path exactly, x̂₀ or ε by a polynomial. @module */
import { type Level, logSnrOf } from '../schedules/level.ts'
import { interpolationWeights } from './interpolation.ts'

/** Weights of a step `x′ = keep · x + gain · x̂₀ + fresh · z`. */
export interface ExponentialStep {
  readonly keep: number
  readonly gain: number
  readonly fresh: number
}

/**
 * The step that is exact while x̂₀ stays the same: with `e⁻ʰ = σ′/σ`,
 * `x′ = (n′/n) e^(−ηh) x + s′ (1 − e^(−(1 + η) h)) x̂₀ + n′ √(1 − e^(−2ηh)) z`. η = 0 is the deterministic path, 1 the reverse
 * process of DDPM.
 */
export function exponentialStep(from: Level, to: Level, eta = 0): ExponentialStep {
  const h = logStep(from, to)
  return {
    keep: (to.noise / from.noise) * (eta === 0 ? 1 : Math.exp(-eta * h)),
    gain: to.signal * -Math.expm1(-(1 + eta) * h),
    fresh: eta === 0 ? 0 : to.noise * Math.sqrt(-Math.expm1(-2 * eta * h)),
  }
}

/** The step h of λ = log(signal / noise), half the logarithm of the signal-to-noise ratio; infinite at both ends. */
export function logStep(from: Level, to: Level): number {
  return Math.log((to.signal * from.noise) / (from.signal * to.noise))
}

/** The level at λ + share · h on the way. */
export function levelBetween(from: Level, to: Level, share: number): Level {
  const step = logStep(from, to) * share
  // s : n of `from`, times e^step.
  const length = Math.hypot(from.signal, from.noise * Math.exp(-step))
  return { signal: from.signal / length, noise: (from.noise * Math.exp(-step)) / length }
}

/**
 * How x̂₀ at each node counts in a step, where the polynomial of λ through them takes the place of the constant: the weights
 * sum up to `gain`.
 */
export function cleanWeights(nodes: readonly Level[], from: Level, to: Level, eta = 0): number[] {
  return weightsAlongLambda(nodes, from, to, 1 + eta).map((weight) => to.signal * weight)
}

/** As {@link cleanWeights} for ε, in `x′ = (s′/s) x + Σ weight · ε`. */
export function noiseWeights(nodes: readonly Level[], from: Level, to: Level): number[] {
  return weightsAlongLambda(nodes, from, to, -1).map((weight) => to.noise * weight)
}

function weightsAlongLambda(nodes: readonly Level[], from: Level, to: Level, rate: number): number[] {
  const h = logStep(from, to)
  if (nodes.length === 1) return [-Math.expm1(-rate * h)]
  const places = nodes.map((node) => (logSnrOf(node) - logSnrOf(from)) / (2 * h))
  return interpolationWeights(places, exponentialMoments(rate * h, nodes.length))
}

/**
 * `∫₀¹ H e^(−H (1 − v)) vᵐ dv` for m = 0, 1, …: by parts `1 − (m / H) ·` the one before, and where that cancels the series
 * `H m! Σ (−H)ᵏ / (m + k + 1)!`.
 */
export function exponentialMoments(H: number, count: number): number[] {
  if (Math.abs(H) < 1) return Array.from({ length: count }, (_, m) => momentBySeries(H, m))
  const moments = [-Math.expm1(-H)]
  for (let m = 1; m < count; m++) moments.push(1 - (m / H) * moments[m - 1]!)
  return moments
}

function momentBySeries(H: number, m: number): number {
  let [term, total] = [H / (m + 1), 0]
  for (let k = 0; k < 20; k++) {
    total += term
    term *= -H / (m + k + 2)
  }
  return total
}
