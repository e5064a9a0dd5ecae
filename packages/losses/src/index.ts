/** Likelihoods, divergences, adversarial objectives and penalties for generative models. @module */
export type { DiagonalNormal } from '@gen/model'
export {
  type Annealing,
  type CyclicAnnealingOptions,
  cyclicAnnealing,
  type LinearAnnealingOptions,
  linearAnnealing,
} from './divergences/annealing.ts'
export { freeBits, klPerDimension } from './divergences/kl-per-dimension.ts'
export { type MmdLossOptions, mmdLoss } from './divergences/mmd.ts'
export {
  type KlDecomposition,
  type TotalCorrelationOptions,
  totalCorrelation,
} from './divergences/total-correlation.ts'
export { bernoulliLikelihood } from './likelihoods/bernoulli.ts'
export { type CategoricalLikelihoodOptions, categoricalLikelihood } from './likelihoods/categorical.ts'
export {
  type DiscretizedLogisticLikelihoodOptions,
  discretizedLogisticLikelihood,
} from './likelihoods/discretized-logistic.ts'
export { likelihoodFromConfig } from './likelihoods/from-config.ts'
export { type GaussianLikelihoodOptions, gaussianLikelihood } from './likelihoods/gaussian.ts'
export type { Likelihood, LogProbOptions } from './likelihoods/likelihood.ts'
export { objectiveFromConfig } from './objectives/from-config.ts'
export type { Objective } from './objectives/objective.ts'
export { hinge, leastSquares, minimax, nonSaturating, relativistic, wasserstein } from './objectives/presets.ts'
export { penaltyFromConfig } from './penalties/from-config.ts'
export type { AdversarialBatch, Critic, Penalty } from './penalties/penalty.ts'
export {
  type DraganPenaltyOptions,
  draganPenalty,
  type GradientPenaltyOptions,
  gradientPenalty,
  r1,
  r2,
  type ZeroCenteredOptions,
} from './penalties/presets.ts'
export { type PerceptualLossOptions, perceptualLoss } from './similarity/perceptual.ts'
export { type MsSsimLossOptions, msSsimLoss, type SsimLossOptions, ssimLoss } from './similarity/ssim.ts'
export { msSsimExponents, ssimWindow } from './similarity/ssim-window.ts'
