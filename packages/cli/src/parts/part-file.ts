/** One shard of a draw as an npz file: arrays, and how they came about. @module */
import { readFile } from 'node:fs/promises'
import { batchesOf, refusal, type Shard } from '@gen/backend'
import { decodeNpz, encodeNpz, type RawTensor, toArray } from '@gen/io'
import type { FeatureDescription } from '@gen/metrics'
import * as v from 'valibot'
import { type Draw, drawSchema } from './draw.ts'

/** How a part came about. */
export interface About {
  /** Samples themselves, or sums over them. */
  readonly kind: 'samples' | 'statistics'
  readonly shard: Shard
  readonly draw: Draw
  /** What the statistics are of. */
  readonly features?: FeatureDescription | undefined
}

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const aboutSchema: v.GenericSchema<unknown, About> = v.strictObject({
  kind: v.picklist(['samples', 'statistics']),
  shard: v.pipe(
    v.strictObject({ index: whole, of: whole }),
    v.check(({ index, of }) => index < of, 'an index below the number of shards'),
  ),
  draw: drawSchema,
  features: v.optional(v.strictObject({ name: v.string(), size: whole, resizer: v.string() })),
})

/** A part as its file has it. */
export interface Part {
  readonly path: string
  readonly about: About
  readonly arrays: Readonly<Record<string, RawTensor>>
}

/**
 * How many samples a part is of.
 *
 * @throws GenError 'value' or 'range' for a draw that has no such part.
 */
export function rowsOf({ about: { draw, shard }, path }: Part): number {
  const batches = batchesOf(path, { count: draw.count, batchSize: draw.batch, shard })
  return batches.reduce((sum, { rows }) => sum + rows, 0)
}

/** JSON as bytes: NumPy reads it by `json.loads(bytes(file['about']))`. */
const nameOfAbout = 'about'

/** A part as npz; the same part gives the same bytes. */
export function encodePart(about: About, arrays: Readonly<Record<string, RawTensor>>): Uint8Array {
  const data = new TextEncoder().encode(JSON.stringify(about))
  return encodeNpz({ ...arrays, [nameOfAbout]: { dtype: 'U8', shape: [data.length], data } })
}

/**
 * Reads a part.
 *
 * @throws GenError 'file' naming the file, for one that cannot be read or that `gen` did not write.
 */
export async function readPart(command: string, path: string): Promise<Part> {
  try {
    const { [nameOfAbout]: about, ...arrays } = decodeNpz(await readFile(path), { maxBytes: 2 ** 32 })
    if (!about) throw new Error('none that says how it was drawn')
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(toArray(about), Number))
    return { path, about: v.parse(aboutSchema, JSON.parse(text)), arrays }
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause)
    const remedy = 'write it again with gen sample --shard, or take it away'
    throw refusal('file', command, { expected: `a part of samples in ${path}`, got, remedy, cause })
  }
}
