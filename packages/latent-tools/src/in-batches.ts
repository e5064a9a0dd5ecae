/** Models on more rows than fit at once. @module */
import { assertInteger, assertShape, GenError, scope } from '@gen/backend'
import type { Decoder, Encoder } from '@gen/model'
import { concat, slice, Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { assertFunction, assertTensor, shown } from './arguments.ts'
import { assertDecoder, assertEncoder } from './assert-model.ts'

/**
 * Decodes codes `[n, latentSize]`, some rows at a time; the result is the caller's.
 *
 * @throws GenError `shape` for codes of another size, or a model whose `decode` loses or adds rows.
 */
export async function decodeAll(where: string, model: Decoder, z: Tensor2D, batchSize = 64): Promise<Tensor> {
  assertDecoder(where, 'the model', model)
  assertTensor(where, 'codes', z)
  assertShape(where, 'codes', z, [null, model.latentSize], 'pass codes of this model')
  return inBatches(where, 'decode', z, batchSize, (rows) => model.decode(rows as Tensor2D))
}

/**
 * Encodes data, some rows at a time; the result `[n, latentSize]` is the caller's.
 *
 * @throws GenError `shape` when the codes have another size than the model says.
 */
export async function encodeAll(where: string, model: Encoder, x: Tensor, batchSize = 64): Promise<Tensor2D> {
  assertEncoder(where, 'the model', model)
  const codes = await inBatches(where, 'encode', x, batchSize, (rows) => model.encode(rows))
  try {
    assertShape(where, 'encode(x)', codes, [x.shape[0], model.latentSize], 'latentSize must be what encode gives')
  } catch (error) {
    codes.dispose()
    throw error
  }
  return codes as Tensor2D
}

function assertMade(where: string, name: string, made: unknown): asserts made is Tensor {
  if (made instanceof Tensor) return
  throw new GenError('value', `${where}: expected ${name} to give a tensor, got ${shown(made)}`)
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
  assertTensor(where, 'data', x)
  assertFunction(where, name, apply)
  const count = x.shape[0] ?? 0
  if (count === 0) throw new GenError('shape', `${where}: expected at least one row, got shape [${x.shape}]`)
  const memory = scope()
  try {
    const parts: Tensor[] = []
    for (let start = 0; start < count; start += batchSize) {
      const rows = Math.min(batchSize, count - start)
      const part = rows === count ? x : slice(x, [start, ...x.shape.slice(1).map(() => 0)], [rows, ...x.shape.slice(1)])
      let made: Tensor | undefined
      try {
        made = await apply(part)
      } finally {
        if (part !== x && part !== made) part.dispose()
      }
      assertMade(where, name, made)
      // A model that gives its argument back (the identity) must not lose us the caller's tensor.
      parts.push(memory.keep(made === x ? x.clone() : made))
      if (made.shape[0] !== rows) {
        throw new GenError('shape', `${where}: expected ${name} to give ${rows} rows for ${rows}, got [${made.shape}]`)
      }
    }
    return parts.length === 1 ? parts[0]!.clone() : concat(parts)
  } finally {
    memory.dispose()
  }
}
