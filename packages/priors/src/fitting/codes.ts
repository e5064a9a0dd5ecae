/** Latent vectors as float64 numbers. @module */
import { assertRank, GenError } from '@gen/backend'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** Latent vectors, row after row. */
export interface Codes {
  readonly rows: number
  readonly size: number
  readonly values: Float64Array
}

/** Reads `[rows, size]`; throws a GenError `non-finite` for NaN and infinities. */
export async function readCodes(where: string, codes: Tensor2D): Promise<Codes> {
  assertRank(where, 'codes', codes, 2)
  const [rows, size] = codes.shape
  const values = Float64Array.from(await codes.data())
  const strange = values.findIndex((value) => !Number.isFinite(value))
  if (strange < 0) return { rows, size, values }
  const row = Math.floor(strange / size)
  const message = `${where}: expected codes of finite numbers, got ${values[strange]} in row ${row}`
  throw new GenError('non-finite', `${message}; leave such rows out`, { details: { row } })
}
