/** What an opened model is. @module */
import type { Diffusion, SamplerName } from '@gen/diffusion'
import type { Flow, ImageFlow } from '@gen/flows'
import type { Gan } from '@gen/gan'
import type { GenerativeModel, LatentModel } from '@gen/model'
import type { TokenModel } from '@gen/tokens'
import type { Vae } from '@gen/vae'
import type { Tensor } from '@tensorflow/tfjs-core'

/** The models of each family, by the name that a model folder has for it. */
export interface FamilyModels {
  diffusion: Diffusion
  /** A flow of points, or of pixels; one of images of whole levels has `bitsPerDim`. */
  flow: Flow<Tensor> | ImageFlow
  gan: Gan
  tokens: TokenModel
  vae: Vae
}

/** A family by the name that a model folder has for it. */
export type FamilyName = keyof FamilyModels

/** How samples are drawn where nothing is said, as the folder has it. */
export interface SamplingDefaults {
  /** Denoising steps, of a diffusion model. */
  readonly steps: number
  /** What takes them. */
  readonly sampler: SamplerName
  /** Weight of the class, of a diffusion model with classes; `interval`: only where σ = noise / signal is within. */
  readonly guidance: number | { readonly weight: number; readonly interval: readonly [least: number, largest: number] }
}

/** An opened model of one family. */
export interface OpenedOf<Name extends FamilyName> {
  readonly family: Name
  /** What every family can do. `sample` draws as the folder says where its options do not; whoever opened it disposes it. */
  readonly model: GenerativeModel
  /** The same model with all that its family can do: narrow by `family`. */
  readonly own: FamilyModels[Name]
  /** The same model as a space of codes; codes of a model with classes say nothing without a class, so that it has none. */
  readonly latent?: LatentModel | undefined
  /** How many classes its labels tell apart; 0: none. */
  readonly classes: number
  /** The data that it was trained on, as `gen train --data` names them. */
  readonly data?: string | undefined
  readonly sampling: SamplingDefaults
}

/** An opened model, whatever its family. */
export type OpenedModel = { [Name in FamilyName]: OpenedOf<Name> }[FamilyName]

/** All families, in the order of the alphabet. */
export const familyNames: readonly FamilyName[] = ['diffusion', 'flow', 'gan', 'tokens', 'vae']
