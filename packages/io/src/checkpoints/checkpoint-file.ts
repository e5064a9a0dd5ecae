/** A checkpoint's files in one: a safetensors file of bytes, with a checksum for each. @module */
import { refusal } from '@gen/backend'
import { crc32 } from '../crc32.ts'
import { decodeSafetensors, encodeSafetensors } from '../safetensors/safetensors.ts'

/** Of this a file is named as its checksum's; a step is a number alone, so no name is taken. */
const prefix = 'crc32 '

/** Puts the files of a step into one. */
export function encodeCheckpoint(step: number, files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(files)
  const parts = entries.map(([name, data]) => [name, { dtype: 'U8' as const, shape: [data.length], data }] as const)
  const sums = entries.map(([name, data]) => [prefix + name, String(crc32(data))])
  return encodeSafetensors(Object.fromEntries(parts), { step: String(step), ...Object.fromEntries(sums) })
}

/**
 * Takes the files of a step apart.
 *
 * @throws GenError `file` for bytes that are truncated, changed, or of another step.
 */
export function decodeCheckpoint(where: string, step: number, bytes: Uint8Array): Record<string, Uint8Array> {
  const remedy = 'the checkpoint is damaged: remove its step and resume from an earlier one'
  const { tensors, metadata } = readParts(where, step, bytes, remedy)
  if (metadata.step !== String(step)) {
    throw refusal('file', where, { expected: `a checkpoint of step ${step}`, got: `step ${metadata.step}`, remedy })
  }
  const files = Object.entries(tensors).map(([name, { data }]): [string, Uint8Array] => {
    if (metadata[prefix + name] === String(crc32(data))) return [name, data]
    throw refusal('file', where, {
      expected: `${name} of step ${step} to match its checksum`,
      got: 'other bytes',
      remedy,
    })
  })
  return Object.fromEntries(files)
}

function readParts(where: string, step: number, bytes: Uint8Array, remedy: string) {
  try {
    return decodeSafetensors(bytes)
  } catch (cause) {
    const got = `${bytes.length} bytes that are none (${(cause as Error).message})`
    throw refusal('file', where, { expected: `a checkpoint of step ${step}`, got, remedy, cause })
  }
}
