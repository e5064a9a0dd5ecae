/** Trained models in folders. @module */
import { join } from 'node:path'
import { GenError } from '@gen/backend'
import { readModelFolder } from '@gen/io/node'
import { writeWeights } from '@gen/train'
import * as v from 'valibot'
import type { FamilyModel } from '../families/family.ts'
import { families } from '../families/index.ts'

const modelSchema = v.object({
  family: v.string(),
  model: v.unknown(),
  data: v.optional(v.string()),
  sampleSteps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 20),
  guidance: v.optional(v.number(), 1),
})

/** A model with its weights, and how it is meant to be sampled. */
export interface OpenModel {
  readonly model: FamilyModel
  readonly family: string
  /** The data that it was trained on, as `--data` names it. */
  readonly data?: string | undefined
  readonly sampleSteps: number
  readonly guidance: number
}

/**
 * Opens a model folder, or that of a run.
 *
 * @throws GenError 'file' for a folder that holds no model of a family that we know.
 */
export async function openModel(command: string, folder: string): Promise<OpenModel> {
  const { config, tensors } = await readModelFolder(join(folder, 'model')).catch(() => readModelFolder(folder))
  const parsed = v.safeParse(modelSchema, config)
  const family =
    parsed.success && Object.hasOwn(families, parsed.output.family) ? families[parsed.output.family] : undefined
  if (!parsed.success || !family) {
    const known = Object.keys(families).join(' or ')
    throw new GenError('file', `${command}: expected the folder of a ${known} model, got ${folder}`)
  }
  const model = family.open(parsed.output.model)
  writeWeights(model.trainable, tensors)
  return { ...parsed.output, model }
}
