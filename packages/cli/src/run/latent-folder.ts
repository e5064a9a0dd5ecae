/** What the commands of latent spaces know of a folder. @module */
import type { FamilyModel } from '../families/family.ts'
import type { OpenModel } from './open-model.ts'

/** A model of a folder, as far as its latent space is concerned. */
export interface LatentFolder extends Pick<OpenModel, 'family' | 'data'> {
  readonly model: Pick<FamilyModel, 'latent' | 'shape' | 'recoder'>
}
