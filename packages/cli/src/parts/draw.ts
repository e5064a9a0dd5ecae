/** How samples were drawn, as their files say it. @module */
import { createHash } from 'node:crypto'
import { encodeSafetensors } from '@gen/io'
import { readWeights } from '@gen/train'
import * as v from 'valibot'
import type { SampleOptions } from '../families/family.ts'
import type { OpenModel } from '../run/open-model.ts'

/** All that samples depend on: parts of one draw have the same. */
export interface Draw {
  /** A hash of config and weights. */
  readonly model: string
  readonly family: string
  /** The data that the model was trained on, as `--data` names them. */
  readonly data?: string | undefined
  readonly backend: string
  readonly seed: number
  /** Samples of all parts. */
  readonly count: number
  readonly batch: number
  readonly steps?: number | undefined
  readonly guidance?: SampleOptions['guidance'] | undefined
  readonly sampler?: string | undefined
  readonly spacing?: string | undefined
  readonly labels?: readonly number[] | undefined
}

/** A draw as a file has it. */
export const drawSchema: v.GenericSchema<unknown, Draw> = v.strictObject({
  model: v.string(),
  family: v.string(),
  data: v.optional(v.string()),
  backend: v.string(),
  seed: v.number(),
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  batch: v.number(),
  steps: v.optional(v.number()),
  guidance: v.optional(
    v.union([v.number(), v.strictObject({ weight: v.number(), interval: v.tuple([v.number(), v.number()]) })]),
  ),
  sampler: v.optional(v.string()),
  spacing: v.optional(v.string()),
  labels: v.optional(v.array(v.number())),
})

/** The draw that a model is asked for. */
export async function drawOf(
  { model, family, data }: OpenModel,
  { count, batchSize = 0, steps, guidance, sampler, spacing, labels }: SampleOptions,
  { seed, backend }: { seed: number; backend: string },
): Promise<Draw> {
  const weights = encodeSafetensors(await readWeights(model.trainable))
  const hash = createHash('sha256').update(JSON.stringify(model.config)).update(weights).digest('hex').slice(0, 16)
  return {
    model: hash,
    family,
    ...(data && { data }),
    ...{ backend, seed, count, batch: batchSize },
    ...(family === 'diffusion' && { steps, guidance, sampler }),
    ...(spacing && { spacing }),
    ...(labels && { labels }),
  }
}

/** What one says and the other does not, as `seed 1`, or nothing where they agree. */
export function differences(a: Draw, b: Draw): [string, string] | undefined {
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Draw>) {
    const [one, other] = [a[name], b[name]].map((value) => JSON.stringify(value) ?? 'none')
    if (one !== other) return [`${name} ${one}`, `${name} ${other}`]
  }
  return undefined
}
