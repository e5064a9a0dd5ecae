/** Likelihoods, divergences, adversarial objectives and penalties for generative models. @module */
export type { Json, JsonObject } from './json.ts'
export { bernoulli } from './likelihoods/bernoulli.ts'
export { type GaussianOptions, gaussian } from './likelihoods/gaussian.ts'
export type { Likelihood, LogProbOptions } from './likelihoods/likelihood.ts'
export type { Objective } from './objectives/objective.ts'
export { hinge, leastSquares, minimax, nonSaturating, relativistic, wasserstein } from './objectives/presets.ts'
export type { AdversarialBatch, Critic, Penalty } from './penalties/penalty.ts'
export {
  type DraganOptions,
  dragan,
  type GradientPenaltyOptions,
  gradientPenalty,
  r1,
  r2,
  type ZeroCenteredOptions,
} from './penalties/presets.ts'
