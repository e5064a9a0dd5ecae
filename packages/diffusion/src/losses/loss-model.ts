/** What is trained, and on what. @module */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { ImageAugmentation } from '../augmentation/image-augmentation.ts'
import type { AdaptedNetwork } from '../networks/network.ts'
import type { Normalizer } from '../normalize.ts'
import type { Parameterization } from '../predictions/parameterization.ts'
import type { NoiseSchedule } from '../schedules/schedule.ts'
import type { Distance } from './distances/distance.ts'
import type { TimeSampling } from './times/time-sampling.ts'
import type { Weighting } from './weightings/weighting.ts'

/** What a diffusion model trains on; the batches of `@gen/data` are such. */
export interface DiffusionBatch {
  /** `[batch, …]` in the data's own units. */
  readonly x: Tensor
  /** Class of each row, int32 `[batch]`; needed by a model with classes. */
  readonly labels?: Tensor1D
  /** What else is known of each row, for a network that takes a context; images in [0, 1]. */
  readonly condition?: { readonly context: Tensor }
  /** Noise of each row, instead of fresh one: what {@link coupledPairs} pairs the data with. */
  readonly noise?: Tensor
}

/** What the loss needs of a model. */
export interface LossModel {
  readonly network: AdaptedNetwork
  readonly prediction: Parameterization
  readonly schedule: NoiseSchedule
  readonly data: Normalizer
  readonly loss: Distance
  readonly weighting: Weighting
  readonly times: TimeSampling
  readonly classes: number
  readonly dropLabel: number
  readonly selfConditioning: boolean
  readonly offsetNoise: number
  readonly augmentation: ImageAugmentation | null
}
