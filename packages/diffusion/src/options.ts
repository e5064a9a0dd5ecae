/** What a diffusion model is made of, as pieces and as JSON. @module */
import type { JsonObject } from '@gen/backend'
import type { ModelConfig } from '@gen/model'
import type { ImageAugmentation } from './augmentation/image-augmentation.ts'
import type { Distance, DistanceConfig } from './losses/distances/distance.ts'
import type { LossName } from './losses/distances/distance-of.ts'
import type { TimeSampling, TimeSamplingConfig } from './losses/times/time-sampling.ts'
import type { Weighting, WeightingConfig } from './losses/weightings/weighting.ts'
import type { DenoisingNetwork, LayersNetwork } from './networks/network.ts'
import type { DataConfig } from './normalize.ts'
import type { Parameterization, ParameterizationConfig } from './predictions/parameterization.ts'
import type { NoiseSchedule, ScheduleConfig } from './schedules/schedule.ts'

/** Options of `diffusion`. */
export interface DiffusionOptions extends Partial<DataConfig> {
  /** A `tf.LayersModel` as `unet` makes it, `pointDenoiser`, or your own. */
  network: DenoisingNetwork | LayersNetwork
  /** @default cosine() */
  schedule?: NoiseSchedule | ScheduleConfig
  /** What the network puts out. @default noisePrediction() */
  prediction?: Parameterization
  /** Distance of target and output; `l2` has the mean as its optimum, E[ε | x, α] for noise. @default 'l2' */
  loss?: Distance | LossName
  /** How much each noise level counts. @default plainWeighting() */
  weighting?: Weighting
  /** Which noise levels training sees. @default uniformTimes() */
  times?: TimeSampling
  /** How many classes labels tell apart; 0 for none. @default 0 */
  classes?: number
  /** Probability that training replaces a label with "no class", and a context with zeros, which guidance needs. @default 0.1 */
  dropLabel?: number
  /**
   * Whether the network sees its own earlier estimate of the data, as its context or as the last channels of it: `unet` with the
   * data's shape as `context`. Steps then cost half as much again. @default false
   */
  selfConditioning?: boolean
  /** Deviation of noise that is the same for all pixels of a channel, added in training, so that means are learned too. @default 0 */
  offsetNoise?: number
  /** Changes of images in training that the network is told of, so that they do not show in its samples. @default none */
  augmentation?: ImageAugmentation | null
}

/** A model's pieces as plain JSON; `diffusionFromConfig` makes it again. */
export interface DiffusionConfig extends ModelConfig, DataConfig {
  readonly kind: 'diffusion'
  /** The network's own config, with its kind. */
  readonly network: JsonObject
  readonly schedule: ScheduleConfig
  readonly prediction: ParameterizationConfig
  readonly loss: DistanceConfig
  readonly weighting: WeightingConfig
  readonly times: TimeSamplingConfig
  readonly classes: number
  readonly dropLabel: number
  readonly selfConditioning: boolean
  readonly offsetNoise: number
  readonly augmentation: ImageAugmentation['config'] | null
}
