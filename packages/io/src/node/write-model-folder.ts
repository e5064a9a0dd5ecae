/** Model folders, written. @module */
import { refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { failure } from '../checkpoints/failure.ts'
import { type ModelCard, modelCard } from '../model-card.ts'
import { encodeSafetensors } from '../safetensors/safetensors.ts'
import { type RawTensor, readRaw } from '../tensors/raw-tensor.ts'
import { maxTextBytes } from './read-model-folder.ts'
import { replaceFiles } from './replace-file.ts'

/** What {@link writeModelFolder} writes. */
export interface ModelFolderContents {
  /** The model's configuration: plain JSON. */
  config: unknown
  /** The weights by name. */
  tensors: Readonly<Record<string, Tensor | RawTensor>>
  /** Text stored in the weights' file. */
  metadata?: Readonly<Record<string, string>>
  /** The model card, or its text. */
  card: ModelCard | string
  /** A PNG picture of samples, written as `samples.png`; a card without a picture gets a link to it. */
  samples?: Uint8Array
}

/**
 * Writes a model folder: `config.json`, `model.safetensors`, `README.md` and, if given, `samples.png`. Everything is on the
 * disk under temporary names before anything is replaced; other files in the folder stay.
 *
 * @param path The folder; made if need be.
 * @throws GenError `config` when the configuration is not plain JSON; `file` when the disk is full or not writable.
 * @example
 * await writeModelFolder('digits', { config, tensors, card: { name: 'digits', data: 'MNIST', seed: 0 } })
 */
export async function writeModelFolder(
  path: string,
  { config, tensors, metadata = {}, card, samples }: ModelFolderContents,
): Promise<void> {
  const where = 'io.writeModelFolder'
  const text = new TextEncoder()
  const json = toJson(where, config)
  const raw: Record<string, RawTensor> = {}
  for (const [name, tensor] of Object.entries(tensors)) raw[name] = await readRaw(tensor)
  const readme = typeof card === 'string' ? card : modelCard(samples ? { samples: 'samples.png', ...card } : card)
  const [cardBytes, configBytes] = [text.encode(readme), text.encode(json)]
  assertReadable(where, 'card', cardBytes)
  assertReadable(where, 'config', configBytes)
  try {
    await replaceFiles(path, [
      ...(samples ? [['samples.png', samples] as const] : []),
      ['README.md', cardBytes],
      ['config.json', configBytes],
      ['model.safetensors', encodeSafetensors(raw, metadata)],
    ])
  } catch (cause) {
    throw failure(where, path, cause)
  }
}

function assertReadable(where: string, name: string, bytes: Uint8Array): void {
  if (bytes.length <= maxTextBytes) return
  const got = `${bytes.length}; keep large arrays among the tensors`
  throw refusal('config', where, { expected: `a ${name} of at most ${maxTextBytes} bytes`, got })
}

/** Plain JSON means that it reads back as it was: a NaN, a function or a typed array would be lost without a word. */
function toJson(where: string, config: unknown): string {
  const lost = findLost(config, 'config')
  if (lost !== undefined)
    throw refusal('config', where, {
      expected: 'plain JSON',
      got: lost,
      remedy: 'pass numbers, strings, booleans, null, arrays and objects',
    })
  return `${JSON.stringify(config, undefined, 2)}\n`
}

function findLost(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${value} at ${path}`
  if (typeof value !== 'object') return `${typeof value} at ${path}`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
    return `an instance of a class at ${path}`
  for (const [key, child] of Object.entries(value)) {
    const lost = child === undefined && !Array.isArray(value) ? undefined : findLost(child, `${path}.${key}`)
    if (lost !== undefined) return lost
  }
  return undefined
}
