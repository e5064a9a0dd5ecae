/** Less weight where only details are left to remove. @module */
import { assertNumber } from '@gen/backend'
import { add, div, pow } from '@tensorflow/tfjs-core'
import type { Weighting } from './weighting.ts'

/** Options of {@link p2Weighting}. */
export interface P2WeightingOptions {
  /** How strongly levels of little noise are weighed down; 0 is ‖ε − ε̂‖². @default 1 */
  gamma?: number
  /** Keeps the weight finite where noise is much. @default 1 */
  k?: number
}

/**
 * Perception-prioritized: weight `SNR/(k + SNR)^γ` of ‖x₀ − x̂₀‖², which is `1/(k + SNR)^γ` of ε's loss.
 *
 * @throws GenError `range` unless 0 ≤ gamma ≤ 4 and 10⁻³ ≤ k ≤ 1000.
 * @see Perception prioritized training of diffusion models (Choi et al., 2022), eq. 8 https://arxiv.org/abs/2204.00227
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), weighting: p2Weighting() })
 */
export function p2Weighting({ gamma = 1, k = 1 }: P2WeightingOptions = {}): Weighting {
  const where = 'diffusion.p2Weighting'
  assertNumber(where, 'gamma', gamma, { min: 0, max: 4 })
  assertNumber(where, 'k', k, { min: 1e-3, max: 1000 })
  return { config: { kind: 'p2', gamma, k }, of: (snr) => div(snr, pow(add(snr, k), gamma)) }
}
