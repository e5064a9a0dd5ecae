/** Items that a run does not train on, to measure its loss by. @module */
import { type Key, refusal } from '@gen/backend'
import type { Batch, Dataset } from '@gen/data'
import type { ValidationOptions } from '@gen/train'
import type { RunValues } from '../commands/train-flags.ts'

/** Batches to measure, at most: more would take longer than they tell. */
const mostBatches = 32

/** A dataset in two. */
export interface HeldOut {
  readonly training: Dataset
  /** How the rest is measured; none where nothing is held out. */
  readonly validation?: ValidationOptions<Batch>
}

/**
 * Holds out the share of the data that `--validate` says.
 *
 * @throws GenError 'config' for data whose items overlap, and for `--patience` without it; 'range' for a share without items.
 */
export function holdOut(command: string, data: Dataset, values: RunValues, k: Key): HeldOut {
  const { validate, validateEvery, patience, batch } = values
  if (validate === 0) {
    if (patience === 0) return { training: data }
    throw refusal('config', command, {
      expected: '--validate with --patience',
      got: 'none',
      remedy: 'pass --validate 0.1',
    })
  }
  if ('vocabulary' in data) {
    throw refusal('config', command, {
      expected: 'data whose items do not overlap for --validate',
      got: 'sequences of a text',
      remedy: 'leave it out, and measure on another text',
    })
  }
  const [training, held] = data.split(1 - validate, k) as [Dataset, Dataset]
  const size = Math.min(batch, held.size)
  const count = Math.min(mostBatches, Math.floor(held.size / size))
  const batches = held.batches({ size })
  const validation = { batches, every: validateEvery, count, ...(patience > 0 && { patience }) }
  return { training, validation }
}
