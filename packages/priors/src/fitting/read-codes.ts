/** Latent vectors as float64 numbers. @module */
import { assertRank, refusal } from '@gen/backend'
import { type Matrix64, readMatrix } from '@gen/linear-algebra'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** Reads `[rows, size]`; throws a GenError `non-finite` for NaN and infinities. */
export async function readCodes(where: string, codes: Tensor2D): Promise<Matrix64> {
  assertRank(where, 'codes', codes, 2)
  const read = await readMatrix(codes)
  const { columns, data } = read
  const strange = data.findIndex((value) => !Number.isFinite(value))
  if (strange < 0) return read
  const row = Math.floor(strange / columns)
  throw refusal('non-finite', where, {
    expected: 'codes of finite numbers',
    got: `${data[strange]} in row ${row}`,
    remedy: 'leave such rows out',
    details: { row },
  })
}
