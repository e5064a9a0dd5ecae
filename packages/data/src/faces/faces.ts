/** A dataset of cartoon faces. @module */
import { assertInteger, assertKey, GenError, type Key, refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core'
import { inNode, nodeModule } from '../readers/host.ts'
import { imageDataset } from '../sets/image-dataset.ts'
import { type Artist, artist, type RasterizerSource, specimens } from './artist.ts'
import { attributeNames, drawLabels, type Face, type FaceAttribute, faceAttributes, labelsOf } from './attributes.ts'
import { type BlockCache, blockCache, userCacheFolder } from './block-cache.ts'

/** Options of {@link drawFaces}. */
export interface DrawFacesOptions {
  /** Height and width in pixels. @default 32 */
  size?: 32 | 64
  /**
   * The rasterizer's WebAssembly, needed once in a browser: the URL at which `@resvg/resvg-wasm/index_bg.wasm` is served.
   * @default the file of the package, in Node
   */
  wasm?: RasterizerSource
}

/** Options of {@link faces}. */
export interface FacesOptions extends DrawFacesOptions {
  /** Number of faces. @default 10000 */
  count?: number
  /** Draws the attributes: face i depends only on the key and i. */
  key: Key
  /** The attribute that gives the labels. @default none */
  labels?: FaceAttribute
  /** A folder that keeps the pixels between runs, or false. @default `gen/faces` in the user's cache folder, in Node */
  cache?: string | false
  /** Called after each block of faces. */
  onProgress?(done: number, count: number): void
  /** Stops the drawing. */
  signal?: AbortSignal
}

/** Faces with what is known about them. */
export interface Faces extends Dataset {
  /** For each attribute the label of each face, `[size]`; `faceAttributes` names the labels. */
  readonly attributes: Readonly<Record<FaceAttribute, Int32Array>>
  /** The same faces with another attribute as their labels. */
  labeledBy(attribute: FaceAttribute): Dataset
}

/** Faces are drawn and kept in blocks, so that a larger set begins with the smaller one's files. */
const blockSize = 256

/**
 * Draws cartoon faces, RGB `[size, size, 3]` in [0, 1], of which every attribute is known: skin, hair, its color, eyes,
 * eyebrows, mouth, glasses, beard, shirt, background. The attributes are independent and drawn by `key`; the pixels are the
 * same on every machine. There are ten million different ones: of 20,000 about twenty look like another.
 *
 * Needs the optional packages `@dicebear/core`, `@dicebear/avataaars` (the design: Avataaars by Pablo Stanley, free for
 * personal and commercial use) and `@resvg/resvg-wasm`. About 2 ms a face the first time; in Node the pixels are kept on disk.
 *
 * @throws GenError `config` when a package is missing, or in a browser without `wasm`; `value` or `range` for options;
 * `aborted` after the signal.
 * @example
 * const people = await faces({ count: 256, key: key(0), labels: 'glasses' })
 * const { x, labels } = people.batches({ size: 64, key: key(1) }).at(0)
 */
export async function faces(options: FacesOptions): Promise<Faces> {
  const where = 'data.faces'
  const { count = 10_000, key, labels, size = 32, wasm, cache, onProgress, signal } = options
  assertInteger(where, 'count', count, { min: 1, max: 2 ** 24 })
  assertKey(where, 'key', key)
  assertSize(where, size)
  if (labels !== undefined) assertAttribute(where, labels)
  const draw = await artist(where, size, wasm)
  const keep = await cacheFor(where, draw, key, size, cache)
  const faceBytes = size * size * 3
  const pixels = new Uint8Array(count * faceBytes)
  for (let first = 0; first < count; first += blockSize) {
    if (signal?.aborted)
      throw new GenError('aborted', `${where}: stopped by its signal after ${first} of ${count} faces`)
    const block = await keep(first / blockSize, () => drawBlock(draw, drawLabels(key, first, blockSize), faceBytes))
    const wanted = Math.min(blockSize, count - first)
    pixels.set(block.subarray(0, wanted * faceBytes), first * faceBytes)
    onProgress?.(first + wanted, count)
  }
  return describedFaces(pixels, size, drawLabels(key, 0, count), labels)
}

/**
 * Draws faces from words: `[n, size, size, 3]` in [0, 1]. Two faces that differ in one word show what an attribute does.
 *
 * @throws GenError `value` for an attribute or value that is none; `config` as {@link faces}.
 * @example
 * const plain = { skin: 'tan', hair: 'bob', hairColor: 'red', eyes: 'happy', eyebrows: 'calm', mouth: 'smile', glasses: 'none', beard: 'none', shirt: 'blue', background: 'rose' } as const
 * const pair = await drawFaces([plain, { ...plain, glasses: 'round' }])
 */
export async function drawFaces(list: readonly Face[], { size = 32, wasm }: DrawFacesOptions = {}): Promise<Tensor4D> {
  const where = 'data.drawFaces'
  assertSize(where, size)
  assertInteger(where, 'faces', list.length, { min: 1 })
  const labels = list.map((face) => labelsOf(where, face))
  const draw = await artist(where, size, wasm)
  const bytes = drawBlock(draw, Int32Array.from(labels.flat()), size * size * 3)
  return tensor4d(
    Float32Array.from(bytes, (byte) => byte / 255),
    [list.length, size, size, 3],
  )
}

function drawBlock(draw: Artist, labels: Int32Array, faceBytes: number): Uint8Array {
  const columns = attributeNames.length
  const block = new Uint8Array((labels.length / columns) * faceBytes)
  for (let i = 0; i * columns < labels.length; i++) {
    block.set(draw(labels.subarray(i * columns, (i + 1) * columns)), i * faceBytes)
  }
  return block
}

function describedFaces(pixels: Uint8Array, size: number, rows: Int32Array, labels?: FaceAttribute): Faces {
  const columns = attributeNames.length
  const attributes = Object.fromEntries(
    attributeNames.map((name, column) => [name, rows.filter((_, i) => i % columns === column)]),
  ) as Record<FaceAttribute, Int32Array>
  const shape = [size, size, 3] as const
  const labeled = (name: FaceAttribute): Dataset =>
    imageDataset({ pixels, shape, labels: attributes[name], classes: faceAttributes[name].length })
  return {
    ...(labels === undefined ? imageDataset({ pixels, shape }) : labeled(labels)),
    attributes,
    labeledBy: (name) => {
      assertAttribute('data.faces.labeledBy', name)
      return labeled(name)
    },
  }
}

/** The folder's name tells the key, the size, and how the artist draws: other versions of the packages draw elsewhere. */
async function cacheFor(
  where: string,
  draw: Artist,
  { hi, lo }: Key,
  size: number,
  cache: string | false | undefined,
): Promise<BlockCache> {
  if (cache === false || (cache === undefined && !inNode())) return async (_, make) => make()
  const { join } = nodeModule(where, 'node:path', 'pass cache: false')
  const { createHash } = nodeModule(where, 'node:crypto', 'pass cache: false')
  const hash = createHash('sha256')
  for (const labels of specimens(Object.values(faceAttributes))) hash.update(draw(labels))
  const name = [size, hi.toString(16), lo.toString(16), hash.digest('hex').slice(0, 16)].join('-')
  return blockCache(
    where,
    join(cache ?? join(userCacheFolder(where), 'gen', 'faces'), name),
    blockSize * size * size * 3,
  )
}

function assertSize(where: string, size: number): void {
  if (size !== 32 && size !== 64) throw refusal('value', where, { expected: 'size 32 or 64', got: size })
}

function assertAttribute(where: string, name: string): void {
  if (Object.hasOwn(faceAttributes, name)) return
  throw refusal('value', where, { expected: `an attribute among ${attributeNames.join(', ')}`, got: name })
}
