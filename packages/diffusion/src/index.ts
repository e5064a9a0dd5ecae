/** Denoising diffusion models. @module */
export { type Key, key, normal, uniform, useBackend } from '@gen/backend'
export { adamW, type Batches, type FitEvent, fit, last } from '@gen/train'
export {
  type Augmented,
  type ImageAugmentation,
  type ImageAugmentationOptions,
  imageAugmentation,
} from './augmentation/image-augmentation.ts'
export { type Diffusion, diffusion } from './diffusion.ts'
export {
  type ConsistencyDistillationOptions,
  type ConsistencyOptions,
  consistencyDistillation,
  consistencyTraining,
} from './few-steps/consistency.ts'
export { consistencySampler } from './few-steps/consistency-sampler.ts'
export { type CoupledPairs, type CoupledPairsOptions, coupledPairs } from './few-steps/coupled-pairs.ts'
export { type MeanFlowOptions, meanFlow } from './few-steps/mean-flow.ts'
export { type MeanFlowSampleOptions, meanFlowSample } from './few-steps/mean-flow-sample.ts'
export { type ProgressiveDistillationOptions, progressiveDistillation } from './few-steps/progressive-distillation.ts'
export { type DenoisingNetworkMaker, type DiffusionFromConfigOptions, diffusionFromConfig } from './from-config.ts'
export { type AutoguidanceOptions, autoguidance } from './guidance/autoguidance.ts'
export { type ClassifierGuidanceOptions, classifierGuidance } from './guidance/classifier.ts'
export { type ClassifierFreeOptions, classifierFree } from './guidance/classifier-free.ts'
export type { Guidance, GuidanceWeight, PredictAt } from './guidance/guidance.ts'
export type { GuidanceWish } from './guidance/guidance-of.ts'
export { type ProjectedGuidanceOptions, projectedGuidance } from './guidance/projected.ts'
export type { DynamicThreshold } from './guidance/threshold.ts'
export type { DecodeOptions } from './latent.ts'
export { type CodeStatistics, type CodeStatisticsOptions, codeStatistics } from './latent-diffusion/code-statistics.ts'
export {
  type Autoencoder,
  type LatentDiffusion,
  type LatentDiffusionOptions,
  latentDiffusion,
} from './latent-diffusion/latent-diffusion.ts'
export { type LogLikelihood, type LogLikelihoodOptions, logLikelihood } from './likelihood/log-likelihood.ts'
export type { TraceOptions } from './likelihood/probes.ts'
export type { Distance, DistanceConfig } from './losses/distances/distance.ts'
export type { LossName } from './losses/distances/distance-of.ts'
export { huber } from './losses/distances/huber.ts'
export { l1 } from './losses/distances/l1.ts'
export { l2 } from './losses/distances/l2.ts'
export { type PseudoHuberOptions, pseudoHuber } from './losses/distances/pseudo-huber.ts'
export type { DiffusionBatch } from './losses/loss-model.ts'
export { type LossProfileOptions, lossProfile } from './losses/loss-profile.ts'
export { type ImportanceTimesOptions, importanceTimes } from './losses/times/importance-times.ts'
export { logNormalTimes, type NormalTimesOptions } from './losses/times/log-normal-times.ts'
export { logitNormalTimes } from './losses/times/logit-normal-times.ts'
export { stratifiedTimes } from './losses/times/stratified-times.ts'
export type { TimeDraw, TimeSampling, TimeSamplingConfig } from './losses/times/time-sampling.ts'
export { uniformTimes } from './losses/times/uniform-times.ts'
export { type EdmWeightingOptions, edmWeighting } from './losses/weightings/edm-weighting.ts'
export { type MinSnrWeightingOptions, minSnrWeighting } from './losses/weightings/min-snr-weighting.ts'
export { type P2WeightingOptions, p2Weighting } from './losses/weightings/p2-weighting.ts'
export { plainWeighting } from './losses/weightings/plain-weighting.ts'
export { type SigmoidWeightingOptions, sigmoidWeighting } from './losses/weightings/sigmoid-weighting.ts'
export { snrWeighting } from './losses/weightings/snr-weighting.ts'
export type { Weighting, WeightingConfig } from './losses/weightings/weighting.ts'
export type {
  DenoiseOptions,
  Denoiser,
  DenoisingCondition,
  DenoisingNetwork,
  LayersNetwork,
  LayersWeight,
  NetworkConditions,
} from './networks/network.ts'
export { type PointDenoiser, type PointDenoiserOptions, pointDenoiser } from './networks/point-denoiser.ts'
export type { DataConfig } from './normalize.ts'
export type { DiffusionConfig, DiffusionOptions } from './options.ts'
export { dataPrediction } from './predictions/data-prediction.ts'
export { type EdmPredictionOptions, edmPrediction } from './predictions/edm-prediction.ts'
export { flowPrediction } from './predictions/flow-prediction.ts'
export { type Alpha, diffuse, removeNoise } from './predictions/forward.ts'
export { type LearnedRangeOptions, learnedRange } from './predictions/learned-range.ts'
export { noisePrediction } from './predictions/noise-prediction.ts'
export type {
  BoundPlace,
  Parameterization,
  ParameterizationConfig,
  RateTensors,
} from './predictions/parameterization.ts'
export { velocityPrediction } from './predictions/velocity-prediction.ts'
export {
  cosineDiffusion,
  type DiffusionPresetOptions,
  ddpm,
  type EdmOptions,
  edm,
  type FlowMatchingOptions,
  flowMatching,
  variationalDiffusion,
  vDiffusion,
} from './presets.ts'
export type { DiffusionSampleOptions, SampleStep } from './sample.ts'
export { type AdaptiveOptions, adaptive } from './samplers/adaptive.ts'
export type { AncestralOptions } from './samplers/ancestral.ts'
export { type DdimOptions, ddim } from './samplers/ddim.ts'
export { type DdpmAncestralOptions, ddpmAncestral } from './samplers/ddpm-ancestral.ts'
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
export {
  type NamedSamplerOptions,
  namedSampler,
  type SamplerName,
  type SpacingName,
  samplerNames,
  spacingNames,
  usualSampler,
} from './samplers/named-sampler.ts'
export { pndm } from './samplers/pndm.ts'
export { type SaSolverOptions, saSolver } from './samplers/sa-solver.ts'
export type { Levels, Prediction, Sampler, SamplerContext, SamplerOptions, SamplerState } from './samplers/sampler.ts'
export { uniPc } from './samplers/uni-pc.ts'
export { type Stage, type Step, type Stepped, stepSampler } from './samplers/walk.ts'
export { type CosineOptions, cosine } from './schedules/cosine.ts'
export { type Betas, type DiscreteScheduleOptions, discreteSchedule } from './schedules/discrete-schedule.ts'
export { cleanEnd, flowTimeOf, type Level, levelOf, levelOfFlowTime, levelOfSigma, sigmaOf } from './schedules/level.ts'
export { type LinearOptions, linear } from './schedules/linear.ts'
export { type LogSnrLinearOptions, logSnrLinear } from './schedules/log-snr-linear.ts'
export { rectifiedFlow } from './schedules/rectified-flow.ts'
export { scaledLinear } from './schedules/scaled-linear.ts'
export type { AlphaOfTime, NoiseSchedule, ScheduleConfig } from './schedules/schedule.ts'
export { scheduleOf } from './schedules/schedule-of.ts'
export { type ShiftedOptions, shifted } from './schedules/shifted.ts'
export { type SigmoidScheduleOptions, sigmoidSchedule } from './schedules/sigmoid-schedule.ts'
export { type SquaredCosineOptions, squaredCosine } from './schedules/squared-cosine.ts'
export type { TimeWindow } from './schedules/time-window.ts'
export { type VarianceExplodingOptions, varianceExploding } from './schedules/variance-exploding.ts'
export { zeroTerminalSnr } from './schedules/zero-terminal-snr.ts'
export { evenSpacing } from './spacings/even.ts'
export { type ExponentialSpacingOptions, exponentialSpacing } from './spacings/exponential.ts'
export { type KarrasSpacingOptions, karrasSpacing } from './spacings/karras.ts'
export { leadingSpacing } from './spacings/leading.ts'
export type { SigmaRange } from './spacings/sigmas.ts'
export type { Spacing } from './spacings/spacing.ts'
export { trailingSpacing } from './spacings/trailing.ts'
export type { Answerer, AnswerOptions } from './tasks/answers.ts'
export { type ColorizeOptions, colorize } from './tasks/colorize.ts'
export { type ImageToImageOptions, imageToImage } from './tasks/image-to-image.ts'
export { type InpaintOptions, inpaint } from './tasks/inpaint.ts'
export { type InterpolateImagesOptions, interpolateImages } from './tasks/interpolate-images.ts'
export { type PredictNextOptions, predictNext } from './tasks/predict-next.ts'
export { type Keep, type RestoreOptions, restore } from './tasks/restore.ts'
export { type SuperResolveOptions, superResolve } from './tasks/super-resolve.ts'
