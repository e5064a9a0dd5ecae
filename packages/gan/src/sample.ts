/** Draws from a GAN. @module */
import {
  assertContext,
  assertInteger,
  assertKey,
  assertNumber,
  type ConditionTensors,
  conditionRows,
  contextRows,
  inBatches,
  type Key,
  labelsOrDrawn,
  poisonUnknown,
  split,
} from '@gen/backend'
import type { SampleOptions } from '@gen/model'
import { mul, slice, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { fromNetwork, type Game } from './game/game.ts'

/** Options of a GAN's `sample`. */
export interface GanSampleOptions extends SampleOptions {
  /** Multiplies z: below 1 gives likelier and less varied samples. @default 1 */
  readonly temperature?: number | undefined
}

const where = 'gan.sample'

/** Samples in batches; sample i depends only on (key, i). */
export async function sampleItems(
  game: Game,
  { count, key, labels, context, temperature = 1, batchSize = 64, shard, signal }: GanSampleOptions,
): Promise<Tensor> {
  assertInteger(where, 'count', count, { min: 1 })
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  assertNumber(where, 'temperature', temperature, { min: 0 })
  assertKey(where, 'key', key)
  const isTold = assertContext(where, context, { rows: count, context: game.context })
  const [forLatent, forLabels] = split(key) as [Key, Key]
  const label = labelsOrDrawn(where, labels, { rows: count, classes: game.classes }, forLabels)
  let z: Tensor2D | undefined
  try {
    const codes = tidy(() => mul(game.latent.sample(count, forLatent), temperature) as Tensor2D)
    z = codes
    return await inBatches(where, { count, batchSize, shard, signal }, (from, rows) =>
      tidy(() => {
        const told = { ...conditionRows({ label, context: undefined }, from, rows) }
        const known = isTold ? contextRows(context, from, rows) : undefined
        return generate(game, slice(codes, [from, 0], [rows, -1]), { ...told, context: known })
      }),
    )
  } finally {
    z?.dispose()
    label?.dispose()
  }
}

/** `G(z)` in the data's units. */
export function generate({ generator, shape }: Game, z: Tensor2D, told: ConditionTensors): Tensor {
  return tidy(() => poisonUnknown(fromNetwork(generator.apply(z, told), shape), told.label))
}
