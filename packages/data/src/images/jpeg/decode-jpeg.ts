/** JPEG files as pixels. @module */
import { type GenError, refusal } from '@gen/backend'
import { colorSpace, convertRow } from './color.ts'
import { type Component, MissingSize, TooManyPixels } from './frame.ts'
import { inverseTransform } from './inverse-transform.ts'
import { type JpegContent, readSegments } from './segments.ts'
import { factorsOf, type Plane, upsampled } from './upsample.ts'

/** A decoded JPEG file. */
export interface JpegImage {
  readonly width: number
  readonly height: number
  /** 1 gray, 3 RGB. */
  readonly channels: 1 | 3
  readonly data: Uint8Array
  /** How the picture is turned to be seen, 1 … 8 as in EXIF; `data` is not turned. */
  readonly orientation: number
}

/** Says whether bytes begin as a JPEG file does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

/**
 * Decodes a JPEG file: sequential or progressive, Huffman coded, 8 bits; gray, YCbCr, RGB, and CMYK and YCCK, of which RGB
 * is made as Pillow does. The pixels are those of libjpeg-turbo with its defaults.
 *
 * @throws GenError `file` for a damaged, truncated or too large file and for codings that are none of these. The declared
 * size is compared with `maxPixels` and with the file's length before anything is allocated.
 * @see ITU-T T.81 (1992) https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function decodeJpeg(where: string, bytes: Uint8Array, maxPixels: number): JpegImage {
  try {
    return toImage(readSegments(bytes, { maxPixels, fileBytes: bytes.length }))
  } catch (cause) {
    throw failure(where, maxPixels, cause)
  }
}

function toImage({ frame, hints, orientation }: JpegContent): JpegImage {
  const { width, height, components } = frame
  const space = colorSpace(hints)
  const channels = space === 'gray' ? 1 : 3
  const parts = components.map((component) => {
    // A component alone is at the image's size, whatever factors it names.
    const factors = components.length === 1 ? ([1, 1] as const) : factorsOf(component, components)
    const row = new Uint8ClampedArray(component.width * factors[0])
    return { row, read: upsampled(planeOf(component), factors) }
  })
  const rows = parts.map(({ row }) => row)
  const data = new Uint8ClampedArray(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (const { row, read } of parts) read(y, row)
    convertRow(space, rows, data.subarray(y * width * channels, (y + 1) * width * channels), width)
  }
  return { width, height, channels, data: new Uint8Array(data.buffer), orientation }
}

function planeOf({ width, height, columns, rows, stride, coefficients, steps }: Component): Plane {
  const rowSamples = 8 * columns
  const data = new Uint8ClampedArray(rowSamples * 8 * rows)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = 64 * (y * stride + x)
      inverseTransform(coefficients, from, steps as Uint16Array, data, 8 * (y * rowSamples + x), rowSamples)
    }
  }
  return { width, height, stride: rowSamples, data }
}

function failure(where: string, maxPixels: number, cause: unknown): GenError {
  const message = (expected: string, got: string): GenError => refusal('file', where, { expected, got, cause })
  if (cause instanceof TooManyPixels) return message(`at most ${maxPixels} pixels`, `${cause.size}; pass maxPixels`)
  if (cause instanceof MissingSize) return message('a JPEG file with a size', 'none; it is damaged or truncated')
  return message('a JPEG file', `one that does not decode (${(cause as Error).message})`)
}
