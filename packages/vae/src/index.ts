/** Variational autoencoders: one engine, the literature's variants as presets. @module */
export { type CodePrior, type CodePriorOptions, codePrior } from './codes/code-prior.ts'
export { codeBatches, type EncodeDataOptions, encodeData } from './codes/codes.ts'
export { latentSampler, type TwoStageOptions, twoStage } from './codes/two-stage.ts'
export { type Divergence, noDivergence, type Pass } from './divergences/divergence.ts'
export { type ImportanceWeightedOptions, importanceWeighted } from './divergences/importance-weighted.ts'
export { type BetaSchedule, type KlDivergenceOptions, klDivergence } from './divergences/kl-divergence.ts'
export { type MmdDivergenceOptions, mmdDivergence } from './divergences/mmd-divergence.ts'
export { type RegularizedOptions, regularized } from './divergences/regularized.ts'
export {
  type TotalCorrelationDivergenceOptions,
  totalCorrelationDivergence,
} from './divergences/total-correlation-divergence.ts'
export { type VaeFromConfigOptions, vaeFromConfig } from './from-config.ts'
export { type Head, linearHead, sigmoidHead, splitHead } from './head.ts'
export {
  type ConvNetworksOptions,
  convNetworks,
  type MlpNetworksOptions,
  mlpNetworks,
  type NetworkMaker,
  type NetworkRequest,
  type Networks,
} from './networks.ts'
export type { PriorMaker, VaeOptions, VaeParts } from './parts.ts'
export { normalPosterior, type PosteriorKind, pointPosterior } from './posteriors/posterior-kind.ts'
export { type QuantizedOptions, type Quantizer, quantizedPosterior } from './posteriors/quantized-posterior.ts'
export {
  autoencoder,
  type BetaVaeOptions,
  betaTcVae,
  betaVae,
  computedGamma,
  conditionalVae,
  iwae,
  rae,
  splitVae,
  standardVae,
  type VaePresetOptions,
  type VampVaeOptions,
  vampVae,
  vqVae,
  wae,
} from './presets.ts'
export type { VaeSampleOptions } from './sample.ts'
export { type MarginalOptions, type Vae, type VaeConfig, vae } from './vae.ts'
