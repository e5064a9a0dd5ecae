/** The header of a safetensors file: everything is checked here, before anything is allocated for it. @module */
import { type GenError, refusal } from '@gen/backend'
import * as v from 'valibot'
import { quote } from '../quote.ts'
import { byteLength, type Dtype, dtypes, maxRank } from '../tensors/dtype.ts'
import { duplicateKey } from './json-duplicates.ts'

/** The reference implementation's limit on the JSON text. */
export const maxHeaderBytes = 100_000_000

/** Where a tensor lies in the file. */
interface TensorPlace {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** First byte, counted from the start of the file. */
  readonly start: number
  /** One past the last byte, counted from the start of the file. */
  readonly end: number
}

/** What a header says. */
export interface SafetensorsHeader {
  readonly places: readonly TensorPlace[]
  readonly metadata: Record<string, string>
}

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const entrySchema = v.strictObject({
  dtype: v.picklist(dtypes),
  shape: v.pipe(v.array(natural), v.maxLength(maxRank, `expected at most ${maxRank} dimensions`)),
  data_offsets: v.tuple([natural, natural]),
})

/** Parses and checks the header of a whole file. */
export function parseHeader(bytes: Uint8Array): SafetensorsHeader {
  const length = headerLength(bytes)
  const { __metadata__: metadata = {}, ...entries } = parseJson(bytes.subarray(8, 8 + length))
  assertMetadata(metadata)
  const dataStart = 8 + length
  const places = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry, dataStart))
  checkLayout(places, dataStart, bytes.length)
  return { places, metadata }
}

/** By hand: schema libraries pass over names such as `constructor`, and take arrays for objects. */
function assertMetadata(metadata: unknown): asserts metadata is Record<string, string> {
  const expected = '__metadata__ to map strings to strings'
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw broken(expected, Array.isArray(metadata) ? 'an array' : String(metadata).slice(0, 80))
  }
  const wrong = Object.entries(metadata).find(([, text]) => typeof text !== 'string')
  if (wrong) throw broken(expected, `${typeof wrong[1]} for ${quote(wrong[0])}`)
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) throw broken('at least 8 bytes', `${bytes.length}; the file is truncated`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > BigInt(maxHeaderBytes)) throw broken(`a header of at most ${maxHeaderBytes} bytes`, `${length}`)
  if (length > BigInt(bytes.length - 8)) {
    throw broken(
      `a header within the file's ${bytes.length} bytes`,
      `a header of ${length} bytes; the file is truncated`,
    )
  }
  return Number(length)
}

function parseJson(text: Uint8Array): Record<string, unknown> {
  let json: string
  let parsed: unknown
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text)
    parsed = JSON.parse(json)
  } catch (cause) {
    throw broken('a header in UTF-8 JSON', 'something else', cause)
  }
  if (!json.startsWith('{') || typeof parsed !== 'object' || parsed === null) {
    throw broken('a header that is a JSON object', quote(json.slice(0, 20)))
  }
  const twice = duplicateKey(json)
  if (twice !== undefined) throw broken('every key once in the header', `${quote(twice)} twice`)
  return parsed as Record<string, unknown>
}

function parseEntry(name: string, entry: unknown, dataStart: number): TensorPlace {
  const checked = v.safeParse(entrySchema, entry)
  if (!checked.success) {
    throw broken(`${quote(name)} to have a known dtype, a shape and data_offsets`, issue(checked.issues))
  }
  const { dtype, shape, data_offsets: offsets } = checked.output
  const expected = byteLength(dtype, shape)
  const [start, end] = offsets
  if (expected !== end - start) {
    throw broken(
      `${quote(name)} (${dtype} [${shape}]) to take ${expected ?? 'a whole number of'} bytes`,
      `data_offsets [${start}, ${end}]`,
    )
  }
  return { name, dtype, shape, start: dataStart + start, end: dataStart + end }
}

/** Tensors must follow each other without gap or overlap and fill the file: no byte can hide or be read twice. */
function checkLayout(places: readonly TensorPlace[], dataStart: number, fileBytes: number): void {
  let at = dataStart
  for (const { name, start, end } of [...places].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== at) {
      const fault = start < at ? 'overlaps the tensor before it' : 'leaves a gap before it'
      throw broken('tensors that follow each other without gap or overlap', `${quote(name)}, which ${fault}`)
    }
    at = end
  }
  if (at !== fileBytes) {
    const fault = at > fileBytes ? 'the file is truncated' : 'bytes follow the last tensor'
    throw broken(`a file of ${at} bytes, as the header says`, `${fileBytes} bytes; ${fault}`)
  }
}

function issue(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues
  return first ? `${v.getDotPath(first) ?? 'value'}: ${first.message.slice(0, 200)}` : 'something else'
}

function broken(expected: string, got: string, cause?: unknown): GenError {
  return refusal('file', 'io.decodeSafetensors', { expected, got, cause })
}
