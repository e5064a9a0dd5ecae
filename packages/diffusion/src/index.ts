/** Denoising diffusion models. @module */
export { type Key, key, normal, uniform, useBackend } from '@gen/backend'
export { adamW, type Batches, type FitEvent, fit, last } from '@gen/train'
export { type Diffusion, type DiffusionConfig, type DiffusionOptions, diffusion } from './diffusion.ts'
export { type DenoisingNetworkMaker, type DiffusionFromConfigOptions, diffusionFromConfig } from './from-config.ts'
export { type AutoguidanceOptions, autoguidance } from './guidance/autoguidance.ts'
export { type ClassifierGuidanceOptions, classifierGuidance } from './guidance/classifier.ts'
export { type ClassifierFreeOptions, classifierFree } from './guidance/classifier-free.ts'
export type { Guidance, GuidanceWeight, PredictAt } from './guidance/guidance.ts'
export { type ProjectedGuidanceOptions, projectedGuidance } from './guidance/projected.ts'
export type { DynamicThreshold } from './guidance/threshold.ts'
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
export type { DiffusionSampleOptions, SampleStep } from './sample.ts'
export { type AdaptiveOptions, adaptive } from './samplers/adaptive.ts'
export type { AncestralOptions } from './samplers/ancestral.ts'
export { type DdimOptions, ddim } from './samplers/ddim.ts'
export { type DdpmOptions, ddpm } from './samplers/ddpm.ts'
export { deis } from './samplers/deis.ts'
export { type DpmSolverOptions, dpmSolver1S } from './samplers/dpm-solver-1s.ts'
export { dpmSolver2M } from './samplers/dpm-solver-2m.ts'
export { dpmSolver2S } from './samplers/dpm-solver-2s.ts'
export { dpmSolver3M } from './samplers/dpm-solver-3m.ts'
export { dpm2 } from './samplers/dpm2.ts'
export { dpm2Ancestral } from './samplers/dpm2-ancestral.ts'
export { type EdmHeunOptions, edmHeun } from './samplers/edm-heun.ts'
export { euler } from './samplers/euler.ts'
export { eulerAncestral } from './samplers/euler-ancestral.ts'
export { flowEuler } from './samplers/flow-euler.ts'
export { flowHeun } from './samplers/flow-heun.ts'
export { flowMidpoint } from './samplers/flow-midpoint.ts'
export { heun } from './samplers/heun.ts'
export type { InversionOptions } from './samplers/invert.ts'
export { lms, type MultistepOptions } from './samplers/lms.ts'
export { pndm } from './samplers/pndm.ts'
export { type SaSolverOptions, saSolver } from './samplers/sa-solver.ts'
export type { Levels, Prediction, Sampler, SamplerContext, SamplerOptions, SamplerState } from './samplers/sampler.ts'
export { uniPc } from './samplers/uni-pc.ts'
export { type Stage, type Step, type Stepped, stepSampler } from './samplers/walk.ts'
export { cleanEnd, flowTimeOf, type Level, levelOf, levelOfFlowTime, levelOfSigma, sigmaOf } from './schedules/level.ts'
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
export { evenSpacing } from './spacings/even.ts'
export { type ExponentialSpacingOptions, exponentialSpacing } from './spacings/exponential.ts'
export { type KarrasSpacingOptions, karrasSpacing } from './spacings/karras.ts'
export { leadingSpacing } from './spacings/leading.ts'
export type { SigmaRange } from './spacings/sigmas.ts'
export type { Spacing } from './spacings/spacing.ts'
export { trailingSpacing } from './spacings/trailing.ts'
