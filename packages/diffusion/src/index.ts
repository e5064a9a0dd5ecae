/** Denoising diffusion models. @module */
export { type Key, key, normal, uniform, useBackend } from '@gen/backend'
export { adamW, type Batches, type FitEvent, fit, last } from '@gen/train'
export { type DdimOptions, ddim } from './ddim.ts'
export type { DiffusionBatch } from './denoising-loss.ts'
export { type Diffusion, type DiffusionConfig, type DiffusionOptions, diffusion } from './diffusion.ts'
export { type Alpha, diffuse, removeNoise } from './forward.ts'
export type { InversionOptions } from './invert.ts'
export type { LossName } from './loss.ts'
export type { Condition, DenoiseOptions, Denoiser, DenoisingNetwork, LayersNetwork, LayersWeight } from './network.ts'
export type { DataConfig } from './normalize.ts'
export { type PointDenoiser, type PointDenoiserOptions, pointDenoiser } from './point-denoiser.ts'
export type { DiffusionSampleOptions, SampleStep } from './sample.ts'
export { type Prediction, type Sampler, type SamplerContext, type SamplerState, signalRatios } from './sampler.ts'
export {
  type AlphaOfTime,
  type CosineOptions,
  cosine,
  type LinearOptions,
  linear,
  type NoiseSchedule,
  type ScheduleConfig,
  scheduleOf,
} from './schedule.ts'
