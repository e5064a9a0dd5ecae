/** Measures of generative models: quality, variety, likelihood, cost. @module */
export {
  closestPairs,
  type SamplePair,
  type SupportMeasurement,
  type SupportSizeOptions,
  supportSize,
} from './birthday.ts'
export { type BitsPerDimensionOptions, bitsPerDimension } from './bits-per-dimension.ts'
export {
  type CalibrationMeasurement,
  type CalibrationOptions,
  calibrationError,
  type ReliabilityBin,
} from './calibration.ts'
export { type ConfidentShareOptions, confidentShare } from './confidence.ts'
export { type CostMeasurement, type SampleCostOptions, sampleCost } from './cost.ts'
export { type DigitModel, decodeDigitNetwork, digitModel, digitNetwork, encodeDigitNetwork } from './digit-network.ts'
export { type DiversityMeasurement, type DiversityOptions, msSsimDiversity } from './diversity.ts'
export { type EvaluateFeaturesOptions, evaluateFeatures, type FeatureMetric, featureMetrics } from './evaluate.ts'
export type { FeatureDescription } from './feature-description.ts'
export {
  type FeatureAccumulator,
  type FeatureStatistics,
  type FeatureStatisticsOptions,
  featureStatistics,
} from './feature-statistics.ts'
export {
  describeFeatures,
  type ExtractFeaturesOptions,
  extractFeatures,
  type Features,
  pixelFeatures,
} from './features.ts'
export { type FidOptions, fid } from './fid.ts'
export { type CountFlopsOptions, countFlops, type FlopCount, type LayerCount } from './flops.ts'
export { type InceptionScoreOptions, inceptionScore } from './inception-score.ts'
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
} from './kernels.ts'
export { type KidMeasurement, type KidOptions, kid } from './kid.ts'
export { type GridModesOptions, gridModes, type RingModesOptions, ringModes, stackedLabels } from './known-modes.ts'
export { type Matrix, matrix, readMatrix, type Vectors } from './matrix.ts'
export type { FeatureMeasurement, Measurement, SampleCounts, SampleMeasurement, Setting } from './measurement.ts'
export { type MedianDistanceOptions, medianDistance } from './median-distance.ts'
export { type MmdOptions, mmd } from './mmd.ts'
export {
  type LabelCoverageOptions,
  labelCoverage,
  type ModeCoverageOptions,
  type ModeMeasurement,
  modeCoverage,
} from './mode-coverage.ts'
export { type ImageModel, layerOutput, type ModelFeaturesOptions, modelFeatures } from './model-features.ts'
export type { Pairing } from './pairwise.ts'
export { type PerceptualDistanceOptions, perceptualDistance } from './perceptual-distance.ts'
export { type Prdc, type PrdcOptions, prdc } from './prdc.ts'
export { type PsnrOptions, psnr } from './psnr.ts'
export { type Resizer, resizeImages } from './resize.ts'
export { type SlicedWassersteinOptions, slicedWasserstein } from './sliced-wasserstein.ts'
export { type MsSsimOptions, msSsim, msSsimWeights, type SsimOptions, ssim } from './ssim.ts'
export { type Shipment, type TransportOptions, type TransportPlan, transport, transportLimit } from './transport.ts'
export { type WassersteinDistanceOptions, wassersteinDistance } from './wasserstein.ts'
export { wasserstein1d } from './wasserstein-1d.ts'
export type { Work } from './work.ts'
export type { LayerFacts, WorkRule } from './work-of-layer.ts'
