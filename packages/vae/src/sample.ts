/** Draws from a model. @module */
import {
  assertContext,
  assertInteger,
  assertKey,
  type ConditionTensors,
  contextRows,
  inBatches,
  type Key,
  labelsOrDrawn,
  poisonUnknown,
  split,
} from '@gen/backend'
import type { ImplicitDistribution, SampleOptions } from '@gen/model'
import { slice, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { assertCodes, decodeMean, decoderOutput, type VaeParts } from './parts.ts'

/** Options of a VAE's `sample`. */
export interface VaeSampleOptions extends SampleOptions {
  /** Where codes are drawn from, such as what was fitted to codes after training. @default the model's prior */
  readonly sampler?: ImplicitDistribution | undefined
  /** Draws x from p(x | z) instead of giving its mean. @default false */
  readonly noise?: boolean | undefined
}

const where = 'vae.sample'

/** Samples in batches; sample i depends only on (key, i). */
export async function sampleItems(
  parts: VaeParts,
  {
    count,
    key,
    labels,
    context,
    sampler = parts.prior,
    noise = false,
    batchSize = 64,
    shard,
    signal,
  }: VaeSampleOptions,
): Promise<Tensor> {
  assertInteger(where, 'count', count, { min: 1 })
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  assertKey(where, 'key', key)
  const isTold = assertContext(where, context, { rows: count, context: parts.context })
  const [forCodes, forNoise, forLabels] = split(key, 3) as [Key, Key, Key]
  const label = labelsOrDrawn(where, labels, { rows: count, classes: parts.classes }, forLabels)
  let z: Tensor2D | undefined
  try {
    const codes = tidy(() => sampler.sample(count, forCodes))
    z = codes
    assertCodes(where, parts, codes)
    return await inBatches(where, { count, batchSize, shard, signal }, (offset, rows) =>
      tidy(() => {
        const known = isTold ? contextRows(context, offset, rows) : undefined
        const told = { label: label && slice(label, offset, rows), context: known }
        const rowsOf = { z: slice(codes, [offset, 0], [rows, -1]), ...told }
        return drawItems(parts, rowsOf, noise ? { key: forNoise, offset } : undefined)
      }),
    )
  } finally {
    z?.dispose()
    label?.dispose()
  }
}

/** `z ~ p(z)`, then `x ~ p(x | z)`, all at once: the model as a distribution. For use inside a `tidy`. */
export function drawAtOnce(parts: VaeParts, count: number, k: Key): Tensor {
  const [forCodes, forNoise, forLabels] = split(k, 3) as [Key, Key, Key]
  const label = labelsOrDrawn(where, undefined, { rows: count, classes: parts.classes }, forLabels)
  return drawItems(
    parts,
    { z: parts.prior.sample(count, forCodes), label, context: undefined },
    { key: forNoise, offset: 0 },
  )
}

interface Rows extends ConditionTensors {
  readonly z: Tensor2D
}

/** Means of p(x | z), or draws where there is noise. */
function drawItems(parts: VaeParts, { z, ...told }: Rows, noise?: { key: Key; offset: number }): Tensor {
  if (!noise) return poisonUnknown(decodeMean(parts, z, told), told.label)
  return poisonUnknown(parts.likelihood.sample(decoderOutput(parts, z, told), noise.key, noise), told.label)
}
