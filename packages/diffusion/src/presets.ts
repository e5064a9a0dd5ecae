/** The diffusion models of the papers, side by side: each a schedule and a loss around a network. @module */
import { type Diffusion, type DiffusionOptions, diffusion } from './diffusion.ts'
import { cosine, linear } from './schedules/schedule.ts'

/** What every preset takes: the network, classes, and the data's units; schedule and loss are the preset's. */
export interface DiffusionPresetOptions extends Omit<DiffusionOptions, 'schedule' | 'loss'> {}

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
  return diffusion({ ...options, schedule: linear(), loss: 'l2' })
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
  return diffusion({ ...options, schedule: cosine(), loss: 'l2' })
}
