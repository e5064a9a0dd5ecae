/** What a model's files say, read and checked before anything is built. @module */
import { refusal } from '@gen/backend'
import { decodeSafetensors, type RawTensor, toArray } from '@gen/io'
import * as v from 'valibot'
import { assertConfigFits } from './config-fits.ts'
import { type FamilyName, familyNames, type SamplingDefaults } from './opened-model.ts'
import type { ReadableFiles } from './readable-files.ts'
import { where } from './where.ts'

/** The largest `config.json` that is read. */
const maxTextBytes = 2 ** 26

const finite = v.pipe(v.number(), v.finite())

const modelSchema = v.object({
  family: v.picklist(familyNames),
  model: v.unknown(),
  data: v.optional(v.string()),
  // A step more often than this is no model's wish.
  sampleSteps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 20),
  sampler: v.optional(v.string(), 'unipc'),
  guidance: v.optional(v.union([finite, v.strictObject({ weight: finite, interval: v.tuple([finite, finite]) })]), 1),
})

/** A model as its files have it: weights are finite and not far from what the config asks for. */
export interface StoredModel {
  readonly family: FamilyName
  /** The family's own config; not trusted. */
  readonly config: unknown
  readonly data?: string | undefined
  readonly steps: number
  /** A name; whether there is such a sampler is known where its family is loaded. */
  readonly sampler: string
  readonly guidance: SamplingDefaults['guidance']
  readonly tensors: Readonly<Record<string, RawTensor>>
}

/**
 * Reads the files of a model folder, or of a run, whose `config.json` is about the run and whose model is in `model/`.
 *
 * @throws GenError `file`.
 */
export async function readStoredModel(files: ReadableFiles, maxBytes: number): Promise<StoredModel> {
  const { prefix, parsed } = await findConfig(files)
  const { family, model: config, data, sampleSteps: steps, sampler, guidance } = parsed
  const name = `${prefix}model.safetensors`
  const bytes = await files.read(name, maxBytes)
  if (!bytes) throw refusal('file', where, { expected: `${files.place(name)} beside config.json`, got: 'none' })
  const { tensors } = decodeSafetensors(bytes)
  assertConfigFits(config, tensors)
  assertFinite(tensors)
  return { family, config, data, steps, sampler, guidance, tensors }
}

type Parsed = v.InferOutput<typeof modelSchema>

/** The config of a model, here or in the folder that a run keeps it in. */
async function findConfig({ read, place }: ReadableFiles): Promise<{ prefix: string; parsed: Parsed }> {
  const found: string[] = []
  for (const prefix of ['', 'model/']) {
    const name = `${prefix}config.json`
    const bytes = await read(name, maxTextBytes)
    const { parsed, problem } = bytes ? parse(bytes) : { problem: 'missing' }
    if (parsed) return { prefix, parsed }
    found.push(`${place(name)} ${problem}`)
  }
  throw refusal('file', where, {
    expected: `config.json of a ${familyNames.join(' or ')} model, or that of a run with one in model/`,
    got: found.join(', '),
    remedy: 'a model folder is what gen train leaves in model/, and writeModelFolder of @gen/io/node writes',
  })
}

function parse(bytes: Uint8Array): { parsed?: Parsed; problem: string } {
  let config: unknown
  try {
    config = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return { problem: 'that is not JSON' }
  }
  const parsed = v.safeParse(modelSchema, config)
  if (parsed.success) return { parsed: parsed.output, problem: '' }
  const [issue] = parsed.issues
  return { problem: `without a fitting ${v.getDotPath(issue) ?? 'object'}` }
}

/** Weights of a training that diverged draw nothing; better said here than by what is done with them. */
function assertFinite(tensors: Readonly<Record<string, RawTensor>>): void {
  for (const [name, raw] of Object.entries(tensors)) {
    const values = toArray(raw)
    if (!(values instanceof Float32Array || values instanceof Float64Array)) continue
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad < 0) continue
    const got = `${values[bad]} at element ${bad} of ${name.slice(0, 80)}`
    throw refusal('file', where, { expected: 'finite weights', got, remedy: 'train anew with a lower learning rate' })
  }
}
