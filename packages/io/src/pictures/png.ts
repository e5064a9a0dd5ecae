/** PNG images, read and written. @module */
import { refusal } from '@gen/backend'
import { type Tensor, type Tensor3D, type Tensor4D, tensor3d, tidy } from '@tensorflow/tfjs-core'
import { encode } from 'fast-png'
import { grid } from './grid.ts'
import { readChunks } from './png-chunks.ts'
import { coloredBy } from './png-colors.ts'
import { samplesOf } from './png-samples.ts'

/** A decoded image: samples of one pixel together, rows from the top. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number
  /** Largest value of a sample: 255, or 65535 for 16-bit files. */
  readonly max: 255 | 65535
  readonly data: Uint8Array | Uint16Array
  /** How the picture is turned to be seen, 2 … 8 as {@link exifOrientation} says; absent where it is seen as it is. */
  readonly orientation?: number
}

/** Options of {@link decodePng} and {@link readPng}. */
export interface DecodePngOptions {
  /** Largest width × height. @default 2 ** 26 (8192 × 8192) */
  maxPixels?: number
}

/**
 * Reads a PNG file as integers. Palettes become RGB, with alpha where the palette has it; 1, 2 and 4 bit grays are scaled to
 * 0…255; where one color is transparent there is an alpha channel. Pixels are not turned: `orientation` says how they would
 * be. The file's declared size is checked before anything is allocated.
 *
 * @throws GenError `file` for a damaged, truncated or too large file.
 * @see https://www.w3.org/TR/png-3/
 * @example
 * const { width, height, channels, data } = readPng(await readFile('face.png'))
 */
export function readPng(bytes: Uint8Array, { maxPixels = 2 ** 26 }: DecodePngOptions = {}): Pixels {
  return read('io.readPng', bytes, maxPixels)
}

/**
 * Reads a PNG file as a tensor.
 *
 * @returns Values in [0, 1], shape `[height, width, channels]` with 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGB, alpha)
 * channels; see {@link readPng}.
 * @throws GenError `file` for a damaged, truncated or too large file.
 * @example
 * const image = decodePng(await readFile('face.png'))
 */
export function decodePng(bytes: Uint8Array, { maxPixels = 2 ** 26 }: DecodePngOptions = {}): Tensor3D {
  const { width, height, channels, max, data } = read('io.decodePng', bytes, maxPixels)
  return tensor3d(
    Float32Array.from(data, (sample) => sample / max),
    [height, width, channels],
  )
}

/**
 * Writes an image as an 8-bit PNG file: `round(255 · clip(x, 0, 1))`. A batch is laid out by {@link grid} first.
 *
 * Blocks until the device has answered.
 *
 * @param images Values in [0, 1], others are clipped; shape `[h, w]`, `[h, w, c]` or `[b, h, w, c]` with 1 to 4 channels.
 * @throws GenError `shape` for another rank or channel count; `non-finite` when a value is NaN.
 * @example
 * await writeFile('samples.png', encodePng(samples))
 */
export function encodePng(images: Tensor): Uint8Array {
  const where = 'io.encodePng'
  const channels = images.rank === 2 ? 1 : (images.shape.at(-1) ?? 0)
  if (images.rank < 2 || images.rank > 4 || channels < 1 || channels > 4 || images.size === 0) {
    throw refusal('shape', where, {
      expected: 'images of shape [h, w], [h, w, 1…4] or [b, h, w, 1…4]',
      got: `[${images.shape}]`,
    })
  }
  const { shape, values } = tidy(() => {
    const image = images.rank === 4 ? grid(images as Tensor4D) : images
    return { shape: image.shape, values: image.dataSync() }
  })
  const data = new Uint8Array(values.length)
  for (let i = 0; i < data.length; i++) {
    const value = values[i] as number
    if (Number.isNaN(value))
      throw refusal('non-finite', where, { expected: 'values in [0, 1]', got: `NaN at element ${i}` })
    data[i] = Math.round(255 * Math.min(1, Math.max(0, value)))
  }
  return encode({ width: shape[1] as number, height: shape[0], channels, data })
}

function read(where: string, bytes: Uint8Array, maxPixels: number): Pixels {
  const content = readChunks(where, bytes, maxPixels)
  const { header, rows, orientation } = content
  const { width, height, depth } = header
  try {
    const colored = coloredBy(content, samplesOf(header, rows))
    return { width, height, max: depth === 16 ? 65535 : 255, ...colored, ...(orientation > 1 && { orientation }) }
  } catch (cause) {
    throw refusal('file', where, {
      expected: 'a PNG file',
      got: `one that does not decode (${(cause as Error).message})`,
      cause,
    })
  }
}
