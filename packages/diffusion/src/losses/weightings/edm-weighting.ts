/** Every level's loss has the same scale at the start. @module */
import { assertNumber } from '@gen/backend'
import { add } from '@tensorflow/tfjs-core'
import type { Weighting } from './weighting.ts'

/** Options of {@link edmWeighting}. */
export interface EdmWeightingOptions {
  /** Standard deviation of the data as the model sees it; that of `edmPrediction`. @default 0.5 */
  sigmaData?: number
}

/**
 * Weight `(σ² + d²)/(σ d)² = SNR + 1/d²` of ‖x₀ − x̂₀‖², d = sigmaData: 1 of the output of `edmPrediction` with the same d, whose target has unit variance
 * for data of deviation d; with d = 1 also 1 of v.
 *
 * @throws GenError `range` unless 10⁻³ ≤ sigmaData ≤ 1000.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), table 1 https://arxiv.org/abs/2206.00364
 * @example
 * const network = pointDenoiser({ size: 2, key: key(0) })
 * const [prediction, weighting] = [edmPrediction({ sigmaData: 1 }), edmWeighting({ sigmaData: 1 })]
 * const model = diffusion({ network, schedule: varianceExploding(), prediction, weighting, times: logNormalTimes() })
 */
export function edmWeighting({ sigmaData = 0.5 }: EdmWeightingOptions = {}): Weighting {
  assertNumber('diffusion.edmWeighting', 'sigmaData', sigmaData, { min: 1e-3, max: 1000 })
  return { config: { kind: 'edm', sigmaData }, of: (snr) => add(snr, 1 / sigmaData ** 2) }
}
