/** Many rows, some at a time. @module */
import { concat, dispose, type Tensor } from '@tensorflow/tfjs-core'
import { breather } from '../breathe.ts'
import type { GenError } from '../errors/gen-error.ts'
import { refusal } from '../errors/refusal.ts'
import { type BatchRows, batchesOf, type Shard } from './shard.ts'

/** Options of {@link inBatches}. */
export interface InBatchesOptions {
  /** Rows in all. */
  readonly count: number
  /** Rows made at once. */
  readonly batchSize: number
  /** Makes one shard of the rows alone. @default all */
  readonly shard?: Shard | undefined
  /** Stops between two batches with an error `aborted`. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes rows in batches, which bounds memory, and puts them together; the rest of the program gets its turn in between. Of a
 * shard it makes the batches that {@link batchesOf} names.
 *
 * @param make - Rows `from` to `from + rows`, `[rows, …]`, which this function disposes.
 * @throws GenError `value` or `range` for a count, batch size or shard that {@link batchesOf} refuses, `aborted` by the signal.
 * Then nothing is left.
 * @example
 * const noise = await inBatches('demo.f', { count: 100, batchSize: 64 }, (offset, rows) => normal(key(0), [rows, 2], { offset }))
 */
export async function inBatches<T extends Tensor>(
  where: string,
  { count, batchSize, shard, signal }: InBatchesOptions,
  make: (from: number, rows: number) => T | Promise<T>,
): Promise<T> {
  const batches = batchesOf(where, { count, batchSize, shard })
  const breathe = breather()
  const parts: T[] = []
  let made = 0
  const goOn = () => {
    if (signal?.aborted) throw stopped(where, made, batches)
  }
  try {
    for (const { from, rows } of batches) {
      goOn()
      parts.push(await make(from, rows))
      made += rows
      await breathe()
    }
    goOn()
    return parts.length === 1 ? parts.pop()! : concat(parts)
  } finally {
    dispose(parts)
  }
}

function stopped(where: string, made: number, batches: readonly BatchRows[]): GenError {
  const count = batches.reduce((sum, { rows }) => sum + rows, 0)
  return refusal('aborted', where, { expected: `${count} rows`, got: `stopped by the signal after ${made}` })
}
