/** Datasets from NumPy's files. @module */
import { refusal } from '@gen/backend'
import { decodeNpy, decodeNpz, type RawTensor, toArray } from '@gen/io'
import type { Dataset } from '@gen/model'
import { imageDataset } from '../sets/image-dataset.ts'
import { pointDataset } from '../sets/point-dataset.ts'

/** Options of {@link npzDataset}. */
export interface NpzDatasetOptions {
  /** Name of the array of items. @default 'x' */
  items?: string
  /** Name of the array of labels. @default 'y', where the file has one of integers */
  labels?: string
  /** Largest unpacked size in bytes. @default 2 ** 30 */
  maxBytes?: number
}

/**
 * Makes a dataset from an npy file: bytes `[n, h, w]` or `[n, h, w, c]` are images of 0…255; floats of those shapes are
 * images in [0, 1]; other floats `[n, …]` are kept as they are.
 *
 * @throws GenError `file` for a damaged file; `shape` for another array; `range` for float images outside [0, 1];
 * `non-finite` for NaN.
 * @example
 * const latents = npyDataset(await readFile('latents.npy'))
 */
export function npyDataset(bytes: Uint8Array): Dataset {
  return rawDataset('data.npyDataset', decodeNpy(bytes))
}

/** Where those who save data look for labels; of other numbers it is a target of regression. */
const usualLabels = 'y'
const isInteger = ({ dtype }: RawTensor): boolean => /^[IU]\d+$/.test(dtype)

/**
 * Makes a dataset from an npz file, with labels if it has them: integers `[n]` or `[n, 1]`; see {@link npyDataset}.
 *
 * @throws GenError as {@link npyDataset}, and `file` when the file lacks a named array.
 * @example
 * const digits = npzDataset(await readFile('digits.npz'), { items: 'x_train', labels: 'y_train' })
 */
export function npzDataset(
  bytes: Uint8Array,
  { items = 'x', labels, maxBytes = 2 ** 30 }: NpzDatasetOptions = {},
): Dataset {
  const only = labels === undefined ? [items] : [items, labels]
  const arrays = decodeNpz(bytes, { only, also: [usualLabels], maxBytes })
  const found = arrays[labels ?? usualLabels]
  const known = labels === undefined && found && !isInteger(found) ? undefined : found
  return rawDataset('data.npzDataset', arrays[items] as RawTensor, known)
}

function rawDataset(where: string, items: RawTensor, labels?: RawTensor): Dataset {
  const values = toArray(items)
  const { dtype, shape } = items
  const known = labels && { labels: integers(where, labels) }
  const [, height = 0, width = 0, channels = 1] = shape
  const imageShape = [height, width, channels] as const
  const isImage = shape.length === 3 || shape.length === 4
  if (dtype === 'U8' && isImage) return imageDataset({ pixels: values as Uint8Array, shape: imageShape, ...known })
  if (!(values instanceof Float32Array || values instanceof Float64Array) || shape.length < 2) {
    throw refusal('shape', where, {
      expected: 'bytes [n, h, w, c] or floats [n, …]',
      got: `${dtype} [${shape}]`,
      remedy: remedy(shape),
    })
  }
  const outside = isImage ? values.findIndex((value) => value < 0 || value > 1) : -1
  if (outside >= 0) {
    throw refusal('range', where, {
      expected: 'images in [0, 1]',
      got: values[outside],
      remedy: 'scale them or save bytes',
    })
  }
  return pointDataset({ points: Float32Array.from(values), shape: isImage ? imageShape : shape.slice(1), ...known })
}

/** In NumPy, where such files come from. */
const remedy = ({ length: rank }: readonly number[]): string =>
  rank < 2 ? 'save a column of numbers, x.reshape(-1, 1)' : "save floats, x.astype('float32')"

/** Labels stand alone or in a column, as Keras has them. */
function integers(where: string, labels: RawTensor): number[] {
  const [, columns = 1, ...more] = labels.shape
  if (!isInteger(labels) || labels.shape.length === 0 || columns !== 1 || more.length > 0) {
    throw refusal('shape', where, {
      expected: 'labels as integers [n]',
      got: `${labels.dtype} [${labels.shape}]`,
      remedy: 'save class numbers, [n] or [n, 1]',
    })
  }
  return Array.from(toArray(labels), Number)
}
