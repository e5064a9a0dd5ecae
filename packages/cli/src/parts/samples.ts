/** Samples as parts of a draw, and put together from their parts. @module */
import { batchesOf, refusal } from '@gen/backend'
import { type RawTensor, readRaw } from '@gen/io'
import type { Tensor } from '@tensorflow/tfjs-core'
import { classesInTurn } from '../families/classes-in-turn.ts'
import type { SampleOptions } from '../families/family.ts'
import type { OpenModel } from '../run/open-model.ts'
import { drawOf } from './draw.ts'
import { encodePart, type Part, rowsOf } from './part-file.ts'

/** Samples, and the class of each where a model has classes. */
export interface PartSamples {
  readonly x: RawTensor
  readonly y?: RawTensor
}

/** Samples of a model, all or one shard of them, with their classes and how they were drawn. */
export async function samplesFile(
  opened: OpenModel,
  samples: Tensor,
  options: SampleOptions,
  about: { seed: number; backend: string },
): Promise<Uint8Array> {
  const { count, batchSize = 64, shard = { index: 0, of: 1 } } = options
  const draw = await drawOf(opened, options, about)
  const x = await readRaw(samples)
  const { classes = 0 } = opened.model
  if (classes === 0) return encodePart({ kind: 'samples', shard, draw }, { x })
  const from = batchesOf('gen sample', { count, batchSize, shard })[0]?.from ?? 0
  const [rows = 0] = samples.shape
  const labels = Int32Array.from(classesInTurn(count, classes, options.labels).slice(from, from + rows))
  const y = { dtype: 'I32', shape: [labels.length], data: new Uint8Array(labels.buffer) } as const
  return encodePart({ kind: 'samples', shard, draw }, { x, y })
}

/**
 * The samples of parts, in order.
 *
 * @throws GenError 'file' for a part that lacks them, holds others than the first, or not as many as its draw says.
 */
export function joinedSamples(command: string, parts: readonly [Part, ...Part[]]): PartSamples {
  const x = joined(command, parts, 'x')
  return parts[0].arrays.y ? { x, y: joined(command, parts, 'y') } : { x }
}

function joined(command: string, parts: readonly [Part, ...Part[]], name: string): RawTensor {
  const arrays = parts.map((part) => arrayIn(command, part, name)) as [RawTensor, ...RawTensor[]]
  const [{ dtype, shape }] = arrays
  const kind = (array: RawTensor) => `${array.dtype} [n, ${array.shape.slice(1).join(', ')}]`
  for (const [i, array] of arrays.entries()) {
    if (kind(array) === kind(arrays[0])) continue
    throw refusal('file', command, { expected: `${name} of ${kind(arrays[0])} in ${parts[i]!.path}`, got: kind(array) })
  }
  const data = new Uint8Array(arrays.reduce((bytes, array) => bytes + array.data.length, 0))
  let at = 0
  for (const array of arrays) {
    data.set(array.data, at)
    at += array.data.length
  }
  return { dtype, shape: [arrays.reduce((rows, array) => rows + array.shape[0]!, 0), ...shape.slice(1)], data }
}

function arrayIn(command: string, part: Part, name: string): RawTensor {
  const { about, path, arrays } = part
  const rows = rowsOf(part)
  const array = about.kind === 'samples' ? arrays[name] : undefined
  if (array && array.shape[0] === rows) return array
  const expected = `${rows} samples, an array ${name}, in ${path}`
  const got = about.kind === 'statistics' ? 'statistics' : array ? `[${array.shape.join(', ')}]` : 'none'
  throw refusal('file', command, { expected, got, remedy: 'write the part again with gen sample --shard' })
}
