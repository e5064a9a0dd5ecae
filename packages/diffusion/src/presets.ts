/** The diffusion models of the papers, side by side: each a choice along the axes around a network. @module */
import { type Diffusion, diffusion } from './diffusion.ts'
import { logNormalTimes } from './losses/times/log-normal-times.ts'
import { stratifiedTimes } from './losses/times/stratified-times.ts'
import type { TimeSampling } from './losses/times/time-sampling.ts'
import { edmWeighting } from './losses/weightings/edm-weighting.ts'
import type { DiffusionOptions } from './options.ts'
import { edmPrediction } from './predictions/edm-prediction.ts'
import { flowPrediction } from './predictions/flow-prediction.ts'
import { velocityPrediction } from './predictions/velocity-prediction.ts'
import { cosine } from './schedules/cosine.ts'
import { linear } from './schedules/linear.ts'
import { logSnrLinear } from './schedules/log-snr-linear.ts'
import { rectifiedFlow } from './schedules/rectified-flow.ts'
import { varianceExploding } from './schedules/variance-exploding.ts'

/** What every preset takes: the network, classes, and the data's units; what the model is along the axes is the preset's. */
export interface DiffusionPresetOptions
  extends Omit<DiffusionOptions, 'schedule' | 'prediction' | 'loss' | 'weighting' | 'times'> {}

/**
 * DDPM: linear β, squared error of the noise ("L_simple"). Its noise end has a signal ratio of 4e-5, so that samples begin where
 * training ended, and its clean end one of 0.9999, so that it suits points and densities, where the last bit of noise matters.
 *
 * @throws GenError as {@link diffusion}.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @example
 * const model = ddpm({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * model.config.schedule.kind // 'linear'
 */
export function ddpm(options: DiffusionPresetOptions): Diffusion {
  return diffusion({ ...options, schedule: linear() })
}

/**
 * The lecture's model: the angle of signal against noise turns evenly, from √α = 0.95 to 0.02, so that few steps are spent where
 * there is hardly noise or hardly an image. As is usual for images, its samples end at α = 0.9, and the last step returns x̂₀.
 *
 * @throws GenError as {@link diffusion}.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021) https://arxiv.org/abs/2102.09672
 * @see Denoising diffusion implicit models (Béres, 2022) https://keras.io/examples/generative/ddim/
 * @example
 * const model = cosineDiffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * model.schedule.alpha(0) // 0.9025
 */
export function cosineDiffusion(options: DiffusionPresetOptions): Diffusion {
  return diffusion({ ...options, schedule: cosine() })
}

/**
 * The teacher of progressive distillation: v along the cosine from next to no noise to next to no signal, which no level makes hard to predict.
 *
 * @throws GenError as {@link diffusion}.
 * @see Progressive distillation for fast sampling of diffusion models (Salimans and Ho, 2022) https://arxiv.org/abs/2202.00512
 * @example
 * const model = vDiffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * model.config.prediction.kind // 'velocity'
 */
export function vDiffusion(options: DiffusionPresetOptions): Diffusion {
  const schedule = cosine({ maxSignalRate: 0.99999, minSignalRate: 0.0001 })
  return diffusion({ ...options, schedule, prediction: velocityPrediction() })
}

/** Options of {@link edm}. */
export interface EdmOptions extends DiffusionPresetOptions {
  /** Standard deviation of the data as the model sees it: about 0.5 for images in [−1, 1], 1 for standardized points. @default 0.5 */
  sigmaData?: number
}

/**
 * EDM: preconditioned, σ log-normal in training, every level's loss of the same scale at the start. Its σ go from 0.002 to 80; sample it along
 * `karrasSpacing()`, as with `edmHeun()`.
 *
 * @throws GenError as {@link diffusion}; `range` unless 10⁻³ ≤ sigmaData ≤ 1000.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022) https://arxiv.org/abs/2206.00364
 * @example
 * const model = edm({ network: pointDenoiser({ size: 2, key: key(0) }), sigmaData: 1 })
 * const points = await model.sample({ count: 16, sampler: edmHeun({ steps: 10 }), key: key(1) })
 */
export function edm({ sigmaData = 0.5, ...options }: EdmOptions): Diffusion {
  return diffusion({
    ...options,
    schedule: varianceExploding(),
    prediction: edmPrediction({ sigmaData }),
    weighting: edmWeighting({ sigmaData }),
    times: logNormalTimes(),
  })
}

/** Options of {@link flowMatching}. */
export interface FlowMatchingOptions extends DiffusionPresetOptions {
  /** Stable Diffusion 3 takes `logitNormalTimes()`. @default uniformTimes() */
  times?: TimeSampling
}

/**
 * Flow matching along the straight path from noise to data, which is rectified flow's first round: the network predicts the path's velocity.
 *
 * @throws GenError as {@link diffusion}.
 * @see Flow matching for generative modeling (Lipman et al., 2022) https://arxiv.org/abs/2210.02747
 * @see Flow straight and fast: learning to generate and transfer data with rectified flow (Liu et al., 2022) https://arxiv.org/abs/2209.03003
 * @example
 * const model = flowMatching({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * const points = await model.sample({ count: 16, sampler: flowEuler({ steps: 10 }), key: key(1) })
 */
export function flowMatching(options: FlowMatchingOptions): Diffusion {
  return diffusion({ ...options, schedule: rectifiedFlow(), prediction: flowPrediction() })
}

/**
 * A variational diffusion model with fixed ends: log-SNR falls evenly from 13.3 to −5 and ε counts the same everywhere, which makes the loss the bound on
 * likelihood, up to a factor and what its ends add. Times are stratified, which steadies it.
 *
 * @throws GenError as {@link diffusion}.
 * @see Variational diffusion models (Kingma et al., 2021) https://arxiv.org/abs/2107.00630
 * @example
 * const model = variationalDiffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * model.config.times.kind // 'stratified'
 */
export function variationalDiffusion(options: DiffusionPresetOptions): Diffusion {
  return diffusion({ ...options, schedule: logSnrLinear(), times: stratifiedTimes() })
}
