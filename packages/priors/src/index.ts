/** Distributions over latent vectors. @module */
export type { DiagonalNormal, Distribution } from '@gen/model'
export { type DiagonalNormalOptions, diagonalNormal } from './distributions/diagonal-normal.ts'
export { distributionFromConfig } from './distributions/from-config.ts'
export { type FullNormalOptions, fullNormal } from './distributions/full-normal.ts'
export { type GaussianMixtureOptions, gaussianMixture, type MixturePrior } from './distributions/gaussian-mixture.ts'
export { hypersphere } from './distributions/hypersphere.ts'
export type { Rows, Vector } from './distributions/numbers.ts'
export { type ClosedFormPrior, standardNormal } from './distributions/standard-normal.ts'
export { type UniformBoxOptions, uniformBox } from './distributions/uniform-box.ts'
export { type VampPriorOptions, vampPrior } from './distributions/vamp-prior.ts'
export { type KlEstimate, type KlOptions, kl } from './estimates/kl.ts'
export { type LogMarginal, type LogMarginalOptions, logMarginal } from './estimates/log-marginal.ts'
export type { Covariance } from './fitting/expectation-maximization.ts'
export {
  type FitGaussianMixtureOptions,
  type FittedMixture,
  fitGaussianMixture,
} from './fitting/fit-gaussian-mixture.ts'
export { entropyOf, logProbOf, sampleFrom } from './posteriors/posterior.ts'
