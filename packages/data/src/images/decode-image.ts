/** PNG and JPEG files as bytes of pixels. @module */
import { GenError, refusal } from '@gen/backend'
import { isPng, type Pixels, readPng } from '@gen/io'
import type { ByteImage } from './byte-image.ts'
import { decodeJpeg, isJpeg } from './jpeg/decode-jpeg.ts'
import { orient } from './orient.ts'

/** What {@link decodeImage} turns an image into. */
export interface DecodeImageOptions {
  /** Gray or RGB. */
  readonly channels: 1 | 3
  /** What transparent pixels lie on: 0 black … 255 white. */
  readonly background: number
  /** Largest width × height, checked before decoding. */
  readonly maxPixels: number
}

/**
 * Decodes a PNG or JPEG file by its content. Gray is Rec. 601 luma; alpha is blended with the background; pictures are turned
 * as their EXIF orientation says.
 */
export function decodeImage(where: string, bytes: Uint8Array, options: DecodeImageOptions): ByteImage {
  if (isPng(bytes)) {
    const pixels = readNamedPng(where, bytes, options.maxPixels)
    return orient(convert(pixels, options), pixels.orientation ?? 1)
  }
  if (isJpeg(bytes)) {
    const { orientation, ...image } = decodeJpeg(where, bytes, options.maxPixels)
    return orient(convert({ ...image, max: 255 }, options), orientation)
  }
  throw refusal('file', where, { expected: 'a PNG or JPEG file', got: kindOf(bytes) })
}

/** How files begin that are often taken for a PNG or JPEG. */
const kinds: Record<string, RegExp> = {
  'a WebP file': /^RIFF.{4}WEBP/s,
  'a GIF file': /^GIF8/,
  'a BMP file': /^BM/,
  'a TIFF file': /^(II\*\0|MM\0\*)/,
  'an AVIF file': /^.{4}ftypavi[fs]/s,
  'a HEIC file': /^.{4}ftyp(hei|mif)/s,
  'a page of HTML': /^\s*<(!doctype|html)/i,
  'an empty file': /^$/,
}

/** What a file is that is no picture for us. */
function kindOf(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 32))
  const found = Object.entries(kinds).find(([, beginning]) => beginning.test(start))
  return found?.[0] ?? `${bytes.length} bytes that begin as neither`
}

/** Puts the file's name into the error. */
function readNamedPng(where: string, bytes: Uint8Array, maxPixels: number): Pixels {
  try {
    return readPng(bytes, { maxPixels })
  } catch (cause) {
    throw new GenError('file', (cause as Error).message.replace(/^io\.readPng/, where), { cause })
  }
}

function convert(
  { width, height, channels: from, max, data }: Pixels,
  { channels, background }: DecodeImageOptions,
): ByteImage {
  const count = width * height
  const converted = new Uint8Array(count * channels)
  const hasAlpha = from === 2 || from === 4
  const colors = from < 3 ? 1 : 3
  const scale = 255 / max
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * from
    const alpha = hasAlpha ? (data[at + from - 1] as number) / max : 1
    const blend = (value: number): number => value * scale * alpha + background * (1 - alpha)
    const red = blend(data[at] as number)
    const green = colors === 3 ? blend(data[at + 1] as number) : red
    const blue = colors === 3 ? blend(data[at + 2] as number) : red
    if (channels === 1) {
      converted[pixel] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
      continue
    }
    converted[3 * pixel] = Math.round(red)
    converted[3 * pixel + 1] = Math.round(green)
    converted[3 * pixel + 2] = Math.round(blue)
  }
  return { width, height, channels, data: converted }
}
