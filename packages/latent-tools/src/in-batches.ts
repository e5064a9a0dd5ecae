/** Models on more rows than fit at once. @module */
import { assertInteger, assertShape, GenError, scope } from '@gen/backend'
import { concat, slice, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import type { Decoder, Encoder } from './model.ts'

/**
 * Decodes codes `[n, latentSize]`, some rows at a time; the result is the caller's.
 *
 * @throws GenError `shape` for codes of another size, or a model whose `decode` loses or adds rows.
 */
export async function decodeAll(where: string, model: Decoder, z: Tensor2D, batchSize = 64): Promise<Tensor> {
  assertShape(where, 'codes', z, [null, model.latentSize], 'pass codes of this model')
  return inBatches(where, 'decode', z, batchSize, (rows) => model.decode(rows as Tensor2D))
}

/**
 * Encodes data, some rows at a time; the result `[n, latentSize]` is the caller's.
 *
 * @throws GenError `shape` when the codes have another size than the model says.
 */
export async function encodeAll(where: string, model: Encoder, x: Tensor, batchSize = 64): Promise<Tensor2D> {
  const codes = await inBatches(where, 'encode', x, batchSize, (rows) => model.encode(rows))
  try {
    assertShape(where, 'encode(x)', codes, [x.shape[0]!, model.latentSize], 'latentSize must be what encode gives')
  } catch (error) {
    codes.dispose()
    throw error
  }
  return codes as Tensor2D
}

/** Applies a function of rows to all rows, and joins what it gives. */
export async function inBatches(
  where: string,
  name: string,
  x: Tensor,
  batchSize: number,
  apply: (rows: Tensor) => Tensor | Promise<Tensor>,
): Promise<Tensor> {
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  const count = x.shape[0] ?? 0
  if (count === 0) throw new GenError('shape', `${where}: expected at least one row, got shape [${x.shape}]`)
  const memory = scope()
  try {
    const parts: Tensor[] = []
    for (let start = 0; start < count; start += batchSize) {
      const rows = Math.min(batchSize, count - start)
      const part = rows === count ? x : slice(x, [start, ...x.shape.slice(1).map(() => 0)], [rows, ...x.shape.slice(1)])
      const made = await apply(part)
      // A model that gives its argument back (the identity) must not lose us the caller's tensor.
      parts.push(memory.keep(made === x ? x.clone() : made))
      if (part !== x && part !== made) part.dispose()
      if (made.shape[0] !== rows) {
        throw new GenError('shape', `${where}: expected ${name} to give ${rows} rows for ${rows}, got [${made.shape}]`)
      }
    }
    return parts.length === 1 ? parts[0]!.clone() : concat(parts)
  } finally {
    memory.dispose()
  }
}
