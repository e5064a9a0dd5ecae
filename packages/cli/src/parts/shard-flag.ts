/** Which part of the samples a machine draws: `--shard 3/16`. @module */
import type { Shard } from '@gen/backend'
import * as v from 'valibot'
import type { Flag } from '../flags.ts'

const mostShards = 1_000_000
const expected = 'a shard and their number, such as 0/16 for the first of 16 and 15/16 for the last'

const shard = v.pipe(
  v.string(expected),
  v.regex(/^\d{1,7}\/\d{1,7}$/, expected),
  v.transform((text): Shard => {
    const [index = 0, of = 0] = text.split('/').map(Number)
    return { index, of }
  }),
  v.check(({ index, of }) => index < of && of <= mostShards, expected),
)

/** The flag that names the part. */
export const shardFlag: Flag<Shard | undefined> = {
  initial: undefined,
  description: 'draws one part of the samples, in whole batches: parts together are bit by bit all; written as .npz',
  hint: 'i/n',
  otherwise: 'all samples',
  schema: shard,
}
