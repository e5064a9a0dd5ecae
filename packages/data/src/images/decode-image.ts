/** PNG and JPEG files as bytes of pixels. @module */
import { GenError } from '@gen/backend'
import { isPng, type Pixels, readPng } from '@gen/io'
import { isJpeg, jpegSize } from './jpeg-size.ts'

/** An image of bytes, channels last. */
export interface ByteImage {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/** What {@link decodeImage} turns an image into. */
export interface DecodeImageOptions {
  /** Gray or RGB. */
  readonly channels: 1 | 3
  /** What transparent pixels lie on: 0 black … 255 white. */
  readonly background: number
  /** Largest width × height, checked before decoding. */
  readonly maxPixels: number
}

/** Decodes a PNG or JPEG file by its content. Gray is Rec. 601 luma; alpha is blended with the background. */
export async function decodeImage(where: string, bytes: Uint8Array, options: DecodeImageOptions): Promise<ByteImage> {
  if (isPng(bytes)) return convert(readNamedPng(where, bytes, options.maxPixels), options)
  if (isJpeg(bytes)) return convert(await readJpeg(where, bytes, options.maxPixels), options)
  throw new GenError('file', `${where}: expected a PNG or JPEG file, got ${bytes.length} bytes that begin as neither`)
}

/** Puts the file's name into the error. */
function readNamedPng(where: string, bytes: Uint8Array, maxPixels: number): Pixels {
  try {
    return readPng(bytes, { maxPixels })
  } catch (cause) {
    throw new GenError('file', (cause as Error).message.replace(/^io\.readPng/, where), { cause })
  }
}

async function readJpeg(where: string, bytes: Uint8Array, maxPixels: number): Promise<Pixels> {
  const size = jpegSize(bytes)
  if (!size || size.width === 0 || size.height === 0) {
    throw new GenError('file', `${where}: expected a JPEG file with a size, got none; it is damaged or truncated`)
  }
  if (size.width * size.height > maxPixels) {
    const got = `${size.width} × ${size.height}`
    throw new GenError('file', `${where}: expected at most ${maxPixels} pixels, got ${got}; pass maxPixels`)
  }
  const { decode } = await import('jpeg-js')
  try {
    const limits = { maxResolutionInMP: maxPixels / 1e6, maxMemoryUsageInMB: Math.max(64, (maxPixels * 32) / 2 ** 20) }
    const image = decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, ...limits })
    return { width: image.width, height: image.height, channels: 3, max: 255, data: image.data }
  } catch (cause) {
    throw new GenError(
      'file',
      `${where}: expected a JPEG file, got one that does not decode (${(cause as Error).message})`,
      { cause },
    )
  }
}

function convert(
  { width, height, channels: from, max, data }: Pixels,
  { channels, background }: DecodeImageOptions,
): ByteImage {
  const count = width * height
  const converted = new Uint8Array(count * channels)
  const hasAlpha = from === 2 || from === 4
  const colours = from < 3 ? 1 : 3
  const scale = 255 / max
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * from
    const alpha = hasAlpha ? (data[at + from - 1] as number) / max : 1
    const blend = (value: number): number => value * scale * alpha + background * (1 - alpha)
    const red = blend(data[at] as number)
    const green = colours === 3 ? blend(data[at + 1] as number) : red
    const blue = colours === 3 ? blend(data[at + 2] as number) : red
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
