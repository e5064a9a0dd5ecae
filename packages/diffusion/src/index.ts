/** Denoising diffusion models. @module */
export { type Key, key, normal, uniform, useBackend } from '@gen/backend'
export { adamW, type Batches, type FitEvent, fit, last } from '@gen/train'
export { type Diffusion, type DiffusionConfig, type DiffusionOptions, diffusion } from './diffusion.ts'
export { type DenoisingNetworkMaker, type DiffusionFromConfigOptions, diffusionFromConfig } from './from-config.ts'
export type { DecodeOptions } from './latent.ts'
export type { DiffusionBatch } from './losses/denoising-loss.ts'
export type { LossName } from './losses/loss.ts'
export type {
  DenoiseOptions,
  Denoiser,
  DenoisingCondition,
  DenoisingNetwork,
  LayersNetwork,
  LayersWeight,
} from './networks/network.ts'
export { type PointDenoiser, type PointDenoiserOptions, pointDenoiser } from './networks/point-denoiser.ts'
export type { DataConfig } from './normalize.ts'
export { type Alpha, diffuse, removeNoise } from './predictions/forward.ts'
export { cosineDiffusion, type DiffusionPresetOptions, ddpm } from './presets.ts'
export type { DiffusionSampleOptions, SampleStep } from './sample.ts'
export { type DdimOptions, ddim } from './samplers/ddim.ts'
export type { InversionOptions } from './samplers/invert.ts'
export type { Prediction, Sampler, SamplerContext, SamplerState } from './samplers/sampler.ts'
export {
  type AlphaOfTime,
  type CosineOptions,
  cosine,
  type LinearOptions,
  linear,
  type NoiseSchedule,
  type ScheduleConfig,
  scheduleOf,
} from './schedules/schedule.ts'
