/** Normalizing flows with exact likelihood. @module */
export type { HiddenActivation } from './activation.ts'
export { actnorm } from './actnorm.ts'
export { additiveCoupling } from './additive-coupling.ts'
export { additiveUnivariate } from './additive-univariate.ts'
export type { Adjacency, FeatureOrder } from './adjacency.ts'
export { affine, type FixedAffineOptions } from './affine.ts'
export { type AffineAutoregressiveOptions, affineAutoregressive } from './affine-autoregressive.ts'
export { type AffineCouplingOptions, affineCoupling } from './affine-coupling.ts'
export { type AffineOptions, affineUnivariate } from './affine-univariate.ts'
export { type AutoregressiveOptions, autoregressive, type GenericAutoregressiveOptions } from './autoregressive.ts'
export type { Bijector, BijectorConfig, Given, Transformed } from './bijector.ts'
export { chain } from './chain.ts'
export { type ConditionalContextOptions, conditional } from './conditional.ts'
export { type ContinuousOptions, continuous, type Trace } from './continuous.ts'
export { type ConvNetworkOptions, convNetwork } from './conv-network.ts'
export { type Conv1x1Options, conv1x1 } from './conv1x1.ts'
export { type CouplingOptions, coupling, type GenericCouplingOptions } from './coupling.ts'
export { type BijectorDefinition, defineBijector } from './define-bijector.ts'
export { type DenseNetworkOptions, denseNetwork } from './dense-network.ts'
export { type DensityImagesOptions, type DensityScale, densityImages, densityScale } from './density-images.ts'
export { type DensityPicture, type DensityPictureOptions, type Drawable, densityPicture } from './density-picture.ts'
export { type Dequantizer, uniformDequantizer, variationalDequantizer } from './dequantize.ts'
export { type ElementwiseOptions, elementwise } from './elementwise.ts'
export {
  type Base,
  type Flow,
  type FlowBatch,
  type FlowConfig,
  type FlowOptions,
  type FlowSampleOptions,
  flow,
} from './flow.ts'
export { type DensityModel, type ForwardKlOptions, forwardKl } from './forward-kl.ts'
export { bijectorFromConfig, type FlowFromConfigOptions, flowFromConfig } from './from-config.ts'
export { type HouseholderOptions, householder } from './householder.ts'
export { type BoundOptions, type ImageFlow, type ImageFlowOptions, imageFlow } from './image-flow.ts'
export type { Interval } from './interval.ts'
export { inverse } from './inverse.ts'
export { type LogitOptions, logit } from './logit.ts'
export { type LuLinearOptions, type LuStart, luLinear } from './lu-linear.ts'
export { type MaskedNetworkOptions, maskedNetwork } from './masked-network.ts'
export { multiscale } from './multiscale.ts'
export type { Conditioner, ConditionerMaker, ConditionerRequest } from './network.ts'
export type { ConditionalOptions } from './parameters.ts'
export type { CouplingMask } from './partition.ts'
export { type PermuteFeaturesOptions, permuteFeatures } from './permute-features.ts'
export { type PlanarOptions, planar } from './planar.ts'
export {
  type AutoregressivePresetOptions,
  type CouplingPresetOptions,
  cnf,
  type FlowPresetOptions,
  type GlowOptions,
  glow,
  iaf,
  maf,
  nice,
  nsf,
  nsfAutoregressive,
  realNvp,
} from './presets.ts'
export { type RadialOptions, radial } from './radial.ts'
export {
  type Elementwise,
  type Knots,
  type RationalQuadraticOptions,
  rationalQuadratic,
} from './rational-quadratic.ts'
export { noBatches, type ReverseKlOptions, reverseKl } from './reverse-kl.ts'
export type { EventShape } from './shape.ts'
export { type BoundedOptions, sigmoid } from './sigmoid.ts'
export { softplus } from './softplus.ts'
export { type SplineAutoregressiveOptions, splineAutoregressive } from './spline-autoregressive.ts'
export { type SplineCouplingOptions, splineCoupling } from './spline-coupling.ts'
export { type SplineOptions, splineUnivariate } from './spline-univariate.ts'
export { splitFeatures } from './split-features.ts'
export { squeezeImage } from './squeeze-image.ts'
export { tanh } from './tanh.ts'
export type { Univariate } from './univariate.ts'
