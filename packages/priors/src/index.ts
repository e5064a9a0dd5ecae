/** Distributions over latent vectors. @module */
export type { Json, JsonObject } from './json.ts'
export { type KlEstimate, type KlOptions, kl } from './kl.ts'
export { entropyOf, logProbOf, type Posterior, sampleFrom } from './posterior.ts'
export type { Prior } from './prior.ts'
export { type ClosedFormPrior, standardNormal } from './standard-normal.ts'
