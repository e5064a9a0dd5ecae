/** Measures of generative models: quality, variety, likelihood, cost. @module */

export { type Matrix, matrix, type Pairing } from '@gen/linear-algebra'
export { type CostMeasurement, type SampleCostOptions, sampleCost } from './cost/cost.ts'
export { type CountFlopsOptions, countFlops, type FlopCount, type LayerCount } from './cost/flops.ts'
export type { Work } from './cost/work.ts'
export type { LayerFacts, WorkRule } from './cost/work-of-layer.ts'
export { type FidOptions, fid } from './distances/fid.ts'
export { type InceptionScoreOptions, inceptionScore } from './distances/inception-score.ts'
export {
  type InverseMultiquadricOptions,
  inverseMultiquadric,
  type Kernel,
  type LaplacianOptions,
  laplacian,
  type PolynomialOptions,
  polynomial,
  type RbfOptions,
  rbf,
} from './distances/kernels.ts'
export { type KidMeasurement, type KidOptions, kid } from './distances/kid.ts'
export { type MedianDistanceOptions, medianDistance } from './distances/median-distance.ts'
export { type MmdOptions, mmd } from './distances/mmd.ts'
export { type Prdc, type PrdcOptions, prdc } from './distances/prdc.ts'
export { type SlicedWassersteinOptions, slicedWasserstein } from './distances/sliced-wasserstein.ts'
export {
  type Shipment,
  type TransportOptions,
  type TransportPlan,
  transport,
  transportLimit,
} from './distances/transport.ts'
export { type WassersteinDistanceOptions, wassersteinDistance } from './distances/wasserstein.ts'
export { wasserstein1d } from './distances/wasserstein-1d.ts'
export { type EvaluateFeaturesOptions, evaluateFeatures, type FeatureMetric, featureMetrics } from './evaluate.ts'
export { type ConfidentShareOptions, confidentShare } from './features/confidence.ts'
export {
  type DigitModel,
  decodeDigitNetwork,
  digitModel,
  digitNetwork,
  encodeDigitNetwork,
} from './features/digit-network.ts'
export type { FeatureDescription } from './features/feature-description.ts'
export type { FeatureMatrix, Vectors } from './features/feature-matrix.ts'
export {
  type FeatureAccumulator,
  type FeatureStatistics,
  type FeatureStatisticsOptions,
  featureStatistics,
} from './features/feature-statistics.ts'
export {
  describeFeatures,
  type ExtractFeaturesOptions,
  extractFeatures,
  type Features,
  pixelFeatures,
} from './features/features.ts'
export { type KidAccumulator, type KidStatistics, kidStatistics } from './features/kid-statistics.ts'
export { type ImageModel, layerOutput, type ModelFeaturesOptions, modelFeatures } from './features/model-features.ts'
export { type Resizer, resizeImages } from './features/resize.ts'
export { type DiversityMeasurement, type DiversityOptions, msSsimDiversity } from './images/diversity.ts'
export { type PerceptualDistanceOptions, perceptualDistance } from './images/perceptual-distance.ts'
export { type PsnrOptions, psnr } from './images/psnr.ts'
export { type MsSsimOptions, msSsim, type SsimOptions, ssim } from './images/ssim.ts'
export { type BitsPerDimensionOptions, bitsPerDimension } from './likelihood/bits-per-dimension.ts'
export {
  type CalibrationMeasurement,
  type CalibrationOptions,
  calibrationError,
  type ReliabilityBin,
} from './likelihood/calibration.ts'
export type { FeatureMeasurement, Measurement, SampleCounts, SampleMeasurement, Setting } from './measurement.ts'
export {
  closestPairs,
  type SamplePair,
  type SupportMeasurement,
  type SupportSizeOptions,
  supportSize,
} from './modes/birthday.ts'
export {
  type GridModesOptions,
  gridModes,
  type RingModesOptions,
  ringModes,
  stackedLabels,
} from './modes/known-modes.ts'
export {
  type LabelCoverageOptions,
  labelCoverage,
  type ModeCoverageOptions,
  type ModeMeasurement,
  modeCoverage,
} from './modes/mode-coverage.ts'
