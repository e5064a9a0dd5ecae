/** Trained models in folders. @module */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GenError } from '@gen/backend'
import { type RawTensor, toArray } from '@gen/io'
import { readModelFolder } from '@gen/io/node'
import { writeWeights } from '@gen/train'
import * as v from 'valibot'
import type { FamilyModel } from '../families/family.ts'
import { families } from '../families/index.ts'
import { buildOrClean } from './build-or-clean.ts'
import { assertConfigFits } from './config-fits.ts'

const modelSchema = v.object({
  family: v.string(),
  model: v.unknown(),
  data: v.optional(v.string()),
  // A step more often than this is no model's wish.
  sampleSteps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 20),
  guidance: v.optional(v.pipe(v.number(), v.finite()), 1),
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
 * Opens a model folder, or that of a run. The folder is not trusted: whatever is in it gives a model or an error, and an error
 * leaves no tensor behind.
 *
 * @throws GenError 'file' for a folder that holds no model of a family that we know, for a config that its weights do not fit,
 * for weights that are truncated or not finite.
 */
export async function openModel(command: string, folder: string): Promise<OpenModel> {
  const inside = join(folder, 'model')
  const isRun = await stat(inside).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  const { config, tensors } = await readModelFolder(isRun ? inside : folder)
  const parsed = v.safeParse(modelSchema, config)
  const name = parsed.success ? parsed.output.family : ''
  const family = Object.hasOwn(families, name) ? families[name] : undefined
  if (!parsed.success || !family) {
    const known = Object.keys(families).join(' or ')
    throw new GenError('file', `${command}: expected the folder of a ${known} model, got ${folder}`)
  }
  assertConfigFits(command, parsed.output.model, tensors)
  assertFinite(command, tensors)
  const model = buildOrClean(command, () => {
    const built = family.open(parsed.output.model)
    writeWeights(built.trainable, tensors)
    return built
  })
  return { ...parsed.output, model }
}

/** Weights of a training that diverged draw nothing; better said here than by what is done with them. */
function assertFinite(command: string, tensors: Readonly<Record<string, RawTensor>>): void {
  for (const [name, raw] of Object.entries(tensors)) {
    const values = toArray(raw)
    if (!(values instanceof Float32Array || values instanceof Float64Array)) continue
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad < 0) continue
    const got = `${values[bad]} at element ${bad} of ${name.slice(0, 80)}`
    throw new GenError('file', `${command}: expected finite weights, got ${got}; train anew with a lower learning rate`)
  }
}
