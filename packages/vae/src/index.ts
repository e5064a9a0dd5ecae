/** Variational autoencoders: one engine, the literature's variants as presets, and a diagnosis. @module */
export { type CodePrior, type CodePriorOptions, codePrior } from './codes/code-prior.ts'
export { codeBatches, type EncodeDataOptions, encodeData, type Items } from './codes/codes.ts'
export { latentSampler, type TwoStageOptions, twoStage } from './codes/two-stage.ts'
export type { VaeCondition } from './condition.ts'
export { type DiagnoseOptions, type Diagnosis, diagnose } from './diagnosis/diagnose.ts'
export { type DiagnosisPanels, type DiagnosisPanelsOptions, diagnosisPanels } from './diagnosis/diagnosis-panels.ts'
export { type DiagnosisSheetOptions, diagnosisSheet } from './diagnosis/diagnosis-sheet.ts'
export type { Finding } from './diagnosis/findings.ts'
export { type Divergence, noDivergence, type Pass, reconstruction } from './divergences/divergence.ts'
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
export { type ApplyOptions, adaptNetwork, type Network } from './network.ts'
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
export {
  type CodeSampler,
  type MarginalOptions,
  type Vae,
  type VaeConfig,
  type VaeSampleOptions,
  vae,
} from './vae.ts'
export type { VaeBatch } from './vae-player.ts'
