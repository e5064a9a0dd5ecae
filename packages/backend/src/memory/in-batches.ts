/** Many rows, some at a time. @module */
import { concat, dispose, type Tensor } from '@tensorflow/tfjs-core'
import { breather } from '../breathe.ts'
import { assertInteger } from '../errors/checks.ts'
import type { GenError } from '../errors/gen-error.ts'
import { refusal } from '../errors/refusal.ts'

/** Options of {@link inBatches}. */
export interface InBatchesOptions {
  /** Rows in all. */
  readonly count: number
  /** Rows made at once. */
  readonly batchSize: number
  /** Stops between two batches with an error `aborted`. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes rows in batches, which bounds memory, and puts them together; the rest of the program gets its turn in between.
 *
 * @param make - Rows `from` to `from + rows`, `[rows, …]`, which this function disposes.
 * @throws GenError `value` or `range` for a count or a batch size that is no whole number ≥ 1, `aborted` by the signal. Then
 * nothing is left.
 * @example
 * const noise = await inBatches('demo.f', { count: 100, batchSize: 64 }, (offset, rows) => normal(key(0), [rows, 2], { offset }))
 */
export async function inBatches<T extends Tensor>(
  where: string,
  { count, batchSize, signal }: InBatchesOptions,
  make: (from: number, rows: number) => T | Promise<T>,
): Promise<T> {
  assertInteger(where, 'count', count, { min: 1 })
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  const breathe = breather()
  const parts: T[] = []
  try {
    for (let from = 0; from < count; from += batchSize) {
      if (signal?.aborted) throw stopped(where, from, count)
      parts.push(await make(from, Math.min(batchSize, count - from)))
      await breathe()
    }
    if (signal?.aborted) throw stopped(where, count, count)
    return parts.length === 1 ? parts.pop()! : concat(parts)
  } finally {
    dispose(parts)
  }
}

function stopped(where: string, made: number, count: number): GenError {
  return refusal('aborted', where, { expected: `${count} rows`, got: `stopped by the signal after ${made}` })
}
