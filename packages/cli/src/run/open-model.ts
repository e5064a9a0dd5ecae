/** Trained models in folders. @module */
import { join } from 'node:path'
import { GenError, key } from '@gen/backend'
import { readModelFolder } from '@gen/io/node'
import { writeWeights } from '@gen/train'
import * as v from 'valibot'
import type { FamilyModel, SampleOptions } from '../families/family.ts'
import { families } from '../families/index.ts'
import { type Flag, integer, integers, number } from '../flags.ts'

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

/** Flags about how samples are drawn from a model folder. */
export const sampleFlags: {
  steps: Flag<number>
  guidance: Flag<number>
  labels: Flag<number[]>
  seed: Flag<number>
} = {
  steps: integer(0, 'denoising steps; 0 = as the model says', { min: 0 }),
  guidance: number(-1, 'strength of the class condition; −1 = as the model says', { min: -1 }),
  labels: integers([], 'classes to draw, repeated over the samples, for conditional models', { min: 0 }),
  seed: integer(0, 'seed of the samples', { min: 0 }),
}

/**
 * Opens a model folder, or that of a run.
 *
 * @throws GenError 'file' for a folder that holds no model of a family that we know.
 */
export async function openModel(command: string, folder: string): Promise<OpenModel> {
  const { config, tensors } = await readModelFolder(join(folder, 'model')).catch(() => readModelFolder(folder))
  const parsed = v.safeParse(modelSchema, config)
  const family = parsed.success ? families[parsed.output.family] : undefined
  if (!parsed.success || !family) {
    const known = Object.keys(families).join(' or ')
    throw new GenError('file', `${command}: expected the folder of a ${known} model, got ${folder}`)
  }
  const model = family.open(parsed.output.model)
  writeWeights(model.trainable, tensors)
  return { ...parsed.output, model }
}

/** How `count` samples are drawn as the flags say, and where they are silent as the model says. */
export function sampleOptions(
  { sampleSteps, guidance }: OpenModel,
  values: { count: number; steps: number; guidance: number; labels: number[]; seed: number },
): SampleOptions {
  return {
    count: values.count,
    key: key(values.seed),
    steps: values.steps || sampleSteps,
    guidance: values.guidance < 0 ? guidance : values.guidance,
    labels: values.labels.length > 0 ? values.labels : undefined,
  }
}
