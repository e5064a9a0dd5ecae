/** Normalizing flows with exact likelihood. @module */

export { actnorm } from './bijectors/actnorm.ts'
export { additiveCoupling } from './bijectors/additive-coupling.ts'
export type { Adjacency, FeatureOrder } from './bijectors/adjacency.ts'
export { affine, type FixedAffineOptions } from './bijectors/affine.ts'
export { type AffineAutoregressiveOptions, affineAutoregressive } from './bijectors/affine-autoregressive.ts'
export { type AffineCouplingOptions, affineCoupling } from './bijectors/affine-coupling.ts'
export {
  type AutoregressiveOptions,
  autoregressive,
  type GenericAutoregressiveOptions,
} from './bijectors/autoregressive.ts'
export type { Bijector, BijectorConfig, Given, Transformed } from './bijectors/bijector.ts'
export { chain } from './bijectors/chain.ts'
export { type ConditionalContextOptions, conditional } from './bijectors/conditional.ts'
export { type ContinuousOptions, continuous, type Trace } from './bijectors/continuous.ts'
export { type Conv1x1Options, conv1x1 } from './bijectors/conv1x1.ts'
export { type CouplingOptions, coupling, type GenericCouplingOptions } from './bijectors/coupling.ts'
export { type BijectorDefinition, defineBijector } from './bijectors/define-bijector.ts'
export { type ElementwiseOptions, elementwise } from './bijectors/elementwise.ts'
export { type HouseholderOptions, householder } from './bijectors/householder.ts'
export type { Interval } from './bijectors/interval.ts'
export { inverse } from './bijectors/inverse.ts'
export { type LogitOptions, logit } from './bijectors/logit.ts'
export { type LuLinearOptions, type LuStart, luLinear } from './bijectors/lu-linear.ts'
export { multiscale } from './bijectors/multiscale.ts'
export type { ConditionalOptions } from './bijectors/parameters.ts'
export type { CouplingMask } from './bijectors/partition.ts'
export { type PermuteFeaturesOptions, permuteFeatures } from './bijectors/permute-features.ts'
export { type PlanarOptions, planar } from './bijectors/planar.ts'
export { type RadialOptions, radial } from './bijectors/radial.ts'
export type { EventShape } from './bijectors/shape.ts'
export { type BoundedOptions, sigmoid } from './bijectors/sigmoid.ts'
export { softplus } from './bijectors/softplus.ts'
export { type SplineAutoregressiveOptions, splineAutoregressive } from './bijectors/spline-autoregressive.ts'
export { type SplineCouplingOptions, splineCoupling } from './bijectors/spline-coupling.ts'
export { splitFeatures } from './bijectors/split-features.ts'
export { squeezeImage } from './bijectors/squeeze-image.ts'
export { tanh } from './bijectors/tanh.ts'
export { type DensityImagesOptions, type DensityScale, densityImages, densityScale } from './density/density-images.ts'
export {
  type DensityPicture,
  type DensityPictureOptions,
  type Drawable,
  densityPicture,
} from './density/density-picture.ts'
export { type FlowOptions, flow } from './flow.ts'
export type {
  Flow,
  FlowBatch,
  FlowConfig,
  FlowDrawOptions,
  FlowGiven,
  FlowSampleOptions,
  Sampling,
} from './flow-model.ts'
export {
  bijectorFromConfig,
  type FlowFromConfigOptions,
  flowFromConfig,
  imageFlowFromConfig,
} from './from-config.ts'
export { type Dequantizer, uniformDequantizer, variationalDequantizer } from './images/dequantize.ts'
export {
  type BoundOptions,
  type ImageFlow,
  type ImageFlowConfig,
  type ImageFlowOptions,
  imageFlow,
} from './images/image-flow.ts'
export type { HiddenActivation } from './networks/activation.ts'
export { type ConvNetworkOptions, convNetwork } from './networks/conv-network.ts'
export { type DenseNetworkOptions, denseNetwork } from './networks/dense-network.ts'
export { type MaskedNetworkOptions, maskedNetwork } from './networks/masked-network.ts'
export type { Conditioner, ConditionerMaker, ConditionerRequest } from './networks/network.ts'
export { forwardKl } from './objectives/forward-kl.ts'
export { type ReverseKlOptions, reverseKl } from './objectives/reverse-kl.ts'
export type { DensityModel, ForwardKlOptions } from './player.ts'
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
export { additiveUnivariate } from './univariates/additive-univariate.ts'
export { type AffineOptions, affineUnivariate } from './univariates/affine-univariate.ts'
export {
  type Elementwise,
  type Knots,
  type RationalQuadraticOptions,
  rationalQuadratic,
} from './univariates/rational-quadratic.ts'
export { type SplineOptions, splineUnivariate } from './univariates/spline-univariate.ts'
export type { Univariate } from './univariates/univariate.ts'
