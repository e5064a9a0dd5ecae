/** The files of a model folder, in memory. @module */
import { refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type ModelCard, modelCard } from './model-card.ts'
import { encodeSafetensors } from './safetensors/safetensors.ts'
import { type RawTensor, readRaw } from './tensors/raw-tensor.ts'

/** What a model folder holds. */
export interface ModelFolderContents {
  /** The model's configuration: plain JSON. */
  config: unknown
  /** The weights by name. */
  tensors: Readonly<Record<string, Tensor | RawTensor>>
  /** Text stored in the weights' file. */
  metadata?: Readonly<Record<string, string>>
  /** The model card, or its text. */
  card: ModelCard | string
  /** A PNG picture of samples, stored as `samples.png`; a card without a picture gets a link to it. */
  samples?: Uint8Array
}

/** The largest text that is read, and so the largest that is written. */
export const maxTextBytes: number = 2 ** 26

/**
 * The files of a model folder by their names: `config.json`, `model.safetensors`, `README.md` and, if given, `samples.png`. `openModel` of
 * `@gen/open` opens them as they are; {@link encodeZip} makes one file of them, for a page that lets its visitor keep a model.
 *
 * @throws GenError `config` when the configuration is not plain JSON, or larger than 64 MiB.
 * @see encodeZip
 * @example
 * const files = await modelFiles({ config: { kind: 'line' }, tensors: { slope: tensor1d([2]) }, card: { name: 'line' } })
 * Object.keys(files) // ['README.md', 'config.json', 'model.safetensors']
 */
export async function modelFiles(contents: ModelFolderContents): Promise<Record<string, Uint8Array>> {
  return modelFilesFor('io.modelFiles', contents)
}

/** {@link modelFiles} for a caller with another name. */
export async function modelFilesFor(
  where: string,
  { config, tensors, metadata = {}, card, samples }: ModelFolderContents,
): Promise<Record<string, Uint8Array>> {
  const text = new TextEncoder()
  const json = toJson(where, config)
  const raw: Record<string, RawTensor> = {}
  for (const [name, tensor] of Object.entries(tensors)) raw[name] = await readRaw(tensor)
  const readme = typeof card === 'string' ? card : modelCard(samples ? { samples: 'samples.png', ...card } : card)
  const [cardBytes, configBytes] = [text.encode(readme), text.encode(json)]
  assertReadable(where, 'card', cardBytes)
  assertReadable(where, 'config', configBytes)
  return {
    ...(samples && { 'samples.png': samples }),
    'README.md': cardBytes,
    'config.json': configBytes,
    'model.safetensors': encodeSafetensors(raw, metadata),
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
