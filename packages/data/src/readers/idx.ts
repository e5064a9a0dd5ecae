/** The IDX format of the MNIST family, read. @module */
import { refusal } from '@gen/backend'
import { type Dtype, gunzip, isGzip, type RawTensor, toArray } from '@gen/io'
import type { Dataset } from '@gen/model'
import { imageDataset } from '../sets/image-dataset.ts'

/** Options of {@link idxDataset}. */
export interface IdxDatasetOptions {
  /** The bytes of the file of labels. */
  labels?: Uint8Array
  /** Number of classes. @default the largest label plus 1 */
  classes?: number
  /** Width of a black border added on all sides. @default 0 */
  padding?: number
}

/** Options of {@link decodeIdx}. */
export interface DecodeIdxOptions {
  /** Largest unpacked size in bytes, for gzip files. @default 2 ** 30 */
  maxBytes?: number
}

/** Most dimensions, as in NumPy. */
const maxRank = 64

const elements: Readonly<Record<number, { dtype: Dtype; bytes: number }>> = {
  8: { dtype: 'U8', bytes: 1 },
  9: { dtype: 'I8', bytes: 1 },
  11: { dtype: 'I16', bytes: 2 },
  12: { dtype: 'I32', bytes: 4 },
  13: { dtype: 'F32', bytes: 4 },
  14: { dtype: 'F64', bytes: 8 },
}

/**
 * Reads an IDX file, plain or gzipped. The sizes it declares must fill it exactly; that is checked before anything is
 * allocated. Arrays of bytes are views into the file.
 *
 * @throws GenError `file` for a damaged, truncated or oversized file.
 * @see http://yann.lecun.com/exdb/mnist/
 * @example
 * const images = decodeIdx(await readFile('train-images-idx3-ubyte.gz'))
 */
export function decodeIdx(bytes: Uint8Array, { maxBytes = 2 ** 30 }: DecodeIdxOptions = {}): RawTensor {
  const where = 'data.decodeIdx'
  const file = isGzip(bytes) ? gunzip(bytes, { maxBytes }) : bytes
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const rank = file.length < 4 ? 0 : view.getUint8(3)
  const element = file.length < 4 || view.getUint16(0) !== 0 ? undefined : elements[view.getUint8(2)]
  const start = 4 + 4 * rank
  if (!element || rank < 1 || rank > maxRank || file.length < start) {
    throw refusal('file', where, {
      expected: 'an IDX file',
      got: `${file.length} bytes that are none or are truncated`,
    })
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const expected = shape.reduce((product, n) => product * n, element.bytes)
  if (expected !== file.length - start) {
    const got = file.length - start
    const fault = got < expected ? 'the file is truncated' : 'the file is too long'
    throw refusal('file', where, { expected: `${expected} bytes for ${element.dtype} [${shape}]`, got, remedy: fault })
  }
  const data = file.subarray(start)
  return { dtype: element.dtype, shape, data: element.bytes === 1 ? data : littleEndian(data, element.bytes) }
}

/**
 * Makes a dataset from IDX files of images (bytes, `[n, h, w]` or `[n, h, w, c]`) and of labels.
 *
 * @throws GenError `file` for damaged files; `shape` for other arrays and for another number of labels than images.
 * @example
 * const fashion = idxDataset(images, { labels })
 */
export function idxDataset(images: Uint8Array, { labels, ...options }: IdxDatasetOptions = {}): Dataset {
  const where = 'data.idxDataset'
  const { dtype, shape, data } = decodeIdx(images)
  const [, height = 0, width = 0, channels = 1] = shape
  if (dtype !== 'U8' || shape.length < 3 || shape.length > 4) {
    throw refusal('shape', where, { expected: 'images as bytes [n, h, w]', got: `${dtype} [${shape}]` })
  }
  if (!labels) return imageDataset({ pixels: data, shape: [height, width, channels], ...options })
  const raw = decodeIdx(labels)
  const [, columns = 1, ...more] = raw.shape
  const isColumn = columns === 1 && more.length === 0
  const values = raw.dtype !== 'F32' && raw.dtype !== 'F64' && isColumn ? toArray(raw) : undefined
  if (!values) {
    throw refusal('shape', where, { expected: 'labels as integers [n]', got: `${raw.dtype} [${raw.shape}]` })
  }
  return imageDataset({
    pixels: data,
    shape: [height, width, channels],
    labels: values as ArrayLike<number>,
    ...options,
  })
}

/** IDX is big-endian. */
function littleEndian(data: Uint8Array, bytes: number): Uint8Array {
  const swapped = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) swapped[i] = data[i - (i % bytes) + bytes - 1 - (i % bytes)] as number
  return swapped
}
