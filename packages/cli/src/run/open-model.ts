/** Trained models in folders. @module */
import { pytorchNames } from '@gen/convert'
import type { SamplingDefaults } from '@gen/open'
import type { FamilyModel } from '../families/family.ts'
import { families } from '../families/index.ts'
import { openAnyFolder } from './foreign-folder.ts'
import { namedAfter } from './named-after.ts'

/** A model with its weights, and how it is meant to be sampled. */
export interface OpenModel {
  readonly model: FamilyModel
  readonly family: string
  /** The data that it was trained on, as `--data` names it. */
  readonly data?: string | undefined
  readonly sampleSteps: number
  readonly sampler: SamplingDefaults['sampler']
  readonly guidance: SamplingDefaults['guidance']
}

/**
 * Opens a model folder, that of a run, of a PyTorch module of ours or of diffusers, for a command, which errors name.
 *
 * @throws GenError as `openModel` of `@gen/open`.
 */
export async function openModel(command: string, folder: string): Promise<OpenModel> {
  const { family, own, data, sampling } = await openAnyFolder(command, folder).catch((cause) => {
    throw namedAfter(command, cause)
  })
  const { steps: sampleSteps, sampler, guidance } = sampling
  const model = { ...families[family]!.wrap(own), weightNames: () => pytorchNames(own) }
  return { model, family, data, sampleSteps, sampler, guidance }
}
