/** Explore, edit and compare latent spaces, and map one onto another through a support set. @module */
export type { CodePrior, Decoder, Encoder, LatentModel } from './model.ts'
