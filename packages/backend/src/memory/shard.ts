/** A draw of many rows, shared out among machines. @module */
import { assertInteger } from '../errors/checks.ts'
import { refusal } from '../errors/refusal.ts'

/** One of the parts into which a draw is cut; together, in order, they are the whole. */
export interface Shard {
  /** Which, from 0. */
  readonly index: number
  /** How many there are. */
  readonly of: number
}

/** Rows that are made at once. */
export interface BatchRows {
  /** The first, among all rows of the draw. */
  readonly from: number
  readonly rows: number
}

/** Options of {@link batchesOf}. */
export interface BatchesOfOptions {
  /** Rows of the whole draw. */
  readonly count: number
  /** Rows made at once. */
  readonly batchSize: number
  /** The part that is made. @default all */
  readonly shard?: Shard | undefined
}

/**
 * The batches of a draw, or of one shard of it. A shard is a run of whole batches of the draw, shard i of n the batches
 * ⌊iB/n⌋ … ⌊(i + 1)B/n⌋ − 1 of all B: each row is made among the same rows as in the whole draw, and so comes out with the same
 * bits even where the order of a sum depends on the number of rows.
 *
 * @throws GenError `value` or `range` for a count, batch size or shard that is no whole number in its range, and for more shards
 * than batches.
 * @example
 * const batches = batchesOf('demo.f', { count: 5, batchSize: 2, shard: { index: 1, of: 2 } })
 * batches.map(({ from }) => from) // [2, 4]
 */
export function batchesOf(where: string, { count, batchSize, shard }: BatchesOfOptions): BatchRows[] {
  assertInteger(where, 'count', count, { min: 1 })
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  const batches = Math.ceil(count / batchSize)
  const { index, of } = shard ?? { index: 0, of: 1 }
  assertInteger(where, 'shard.of', of, { min: 1 })
  assertInteger(where, 'shard.index', index, { min: 0, max: of - 1 })
  if (of > batches) throw tooMany(where, { count, batchSize, of })
  const [first, end] = [index, index + 1].map((i) => Math.floor((i * batches) / of)) as [number, number]
  return Array.from({ length: end - first }, (_, i) => {
    const from = (first + i) * batchSize
    return { from, rows: Math.min(batchSize, count - from) }
  })
}

function tooMany(where: string, { count, batchSize, of }: { count: number; batchSize: number; of: number }) {
  return refusal('range', where, {
    expected: `at most ${Math.ceil(count / batchSize)} shards of ${count} rows, made ${batchSize} at once`,
    got: of,
    remedy: of > count ? `take ${count} shards or fewer` : `pass batchSize: ${Math.floor(count / of)}`,
  })
}
