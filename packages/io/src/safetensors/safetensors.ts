/** The safetensors format, read and written. @module */
import { refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { dtypeRank } from '../tensors/dtype.ts'
import { type RawTensor, toRaw } from '../tensors/raw-tensor.ts'
import { maxHeaderBytes, parseHeader } from './safetensors-header.ts'

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by name; their `data` are views into the file's bytes. */
  readonly tensors: Record<string, RawTensor>
  /** Free text by name (`__metadata__`); empty when the file has none. */
  readonly metadata: Record<string, string>
}

/**
 * Writes tensors in the safetensors format, laid out as the reference implementation does: widest elements first, then by
 * name, data aligned to 8 bytes. Without metadata the bytes equal those of Python's `safetensors` 0.8.
 *
 * Blocks until the device has answered; where that is slow (WebGPU), pass what {@link readRaw} gave.
 *
 * @param tensors float32, int32 and bool tensors, or raw ones of any element type.
 * @param metadata Free text by name.
 * @throws GenError `value` for an element type the format lacks, the name `__metadata__`, or names and metadata of more than
 * 100 MB; `shape` when a raw tensor's bytes do not fit its shape or it has more than 64 dimensions.
 * @see https://github.com/huggingface/safetensors#format
 * @example
 * const bytes = encodeSafetensors({ weights: tensor2d([[1, 2], [3, 4]]) }, { step: '12' })
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor | RawTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const where = 'io.encodeSafetensors'
  checkNames(where, tensors, metadata)
  const entries = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, raw: toRaw(where, name, tensor) }))
    .sort((a, b) => dtypeRank(b.raw.dtype) - dtypeRank(a.raw.dtype) || compareUtf8(a.name, b.name))
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : []
  let end = 0
  for (const { name, raw } of entries) {
    header.push([name, { dtype: raw.dtype, shape: raw.shape, data_offsets: [end, end + raw.data.length] }])
    end += raw.data.length
  }
  const text = new TextEncoder().encode(toJson(header))
  assertReadable(where, text.length)
  const dataStart = 8 + Math.ceil(text.length / 8) * 8
  const file = new Uint8Array(dataStart + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - 8), true)
  file.fill(0x20, 8, dataStart)
  file.set(text, 8)
  let at = dataStart
  for (const { raw } of entries) {
    file.set(raw.data, at)
    at += raw.data.length
  }
  return file
}

/**
 * Reads a safetensors file. Nothing is copied: each tensor's `data` is a view into `bytes`.
 *
 * Files are taken as hostile: header size, JSON, duplicate names, shapes, bounds, gaps and overlaps are checked first.
 *
 * @throws GenError `file` that says what is wrong with the file.
 * @see https://github.com/huggingface/safetensors#format
 * @example
 * const { tensors, metadata } = decodeSafetensors(await readFile('model.safetensors'))
 * for (const [name, raw] of Object.entries(tensors)) weights[name] = toTensor(raw)
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { places, metadata } = parseHeader(bytes)
  // `fromEntries` defines own properties, so a tensor called __proto__ is a tensor.
  const tensors = Object.fromEntries(
    places.map(({ name, dtype, shape, start, end }) => [name, { dtype, shape, data: bytes.subarray(start, end) }]),
  )
  return { tensors, metadata }
}

function checkNames(where: string, tensors: object, metadata: Readonly<Record<string, string>>): void {
  if (Object.hasOwn(tensors, '__metadata__')) {
    throw refusal('value', where, {
      expected: "a tensor's name",
      got: '__metadata__, which the format reserves',
      remedy: 'rename it',
    })
  }
  // Before their JSON is made, which may be longer than a string can be.
  assertReadable(
    where,
    [...Object.keys(tensors), ...Object.entries(metadata).flat()].reduce((n, text) => n + text.length, 0),
  )
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== 'string') {
      throw refusal('value', where, {
        expected: `metadata ${name} to be a string`,
        got: typeof text,
        remedy: 'pass JSON text',
      })
    }
  }
}

/** Readers, this one too, refuse longer headers. */
function assertReadable(where: string, headerBytes: number): void {
  if (headerBytes <= maxHeaderBytes) return
  throw refusal('value', where, {
    expected: `names and metadata of at most ${maxHeaderBytes} bytes`,
    got: headerBytes,
    remedy: 'store long text as a U8 tensor',
  })
}

/** An object's JSON from its entries: an object itself would put integer-like names first. */
function toJson(entries: readonly [string, unknown][]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`
}

/** The order of UTF-8 bytes, which is that of code points, not of UTF-16 units. */
function compareUtf8(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a.codePointAt(i) ?? 0, b.codePointAt(i) ?? 0]
    if (left !== right) return left - right
    // The second half of a pair is equal too.
    if (left > 0xffff) i++
  }
  return a.length - b.length
}
