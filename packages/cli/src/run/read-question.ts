/** A question in a file: a picture, and which of its parts are known. @module */
import { readFileSync } from 'node:fs'
import { refusal } from '@gen/backend'
import { decodePng } from '@gen/io'
import { cast, expandDims, greaterEqual, slice, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import type { PictureQuestion } from '../families/family.ts'

/** At most so far apart are the channels of a gray pixel. */
const slack = 1.5 / 255

/**
 * Reads a PNG file. Where it is transparent it is not known; gray pixels throughout have one channel, unless the model has one anyway.
 *
 * @throws GenError 'file' for what is no such file.
 */
export function readQuestion(command: string, path: string, channels: number): PictureQuestion {
  const picture = decodePng(bytesOf(command, path))
  const [, , own] = picture.shape
  // 2 and 4 channels have the opacity behind the colors.
  const colors = own % 2 === 0 ? own - 1 : own
  const read = tidy(() => {
    const pixels = expandDims<Tensor4D>(slice(picture, [0, 0, 0], [-1, -1, colors]))
    const known = own === colors ? undefined : maskOf(slice(picture, [0, 0, colors], [-1, -1, 1]))
    const asGray = colors === 3 && isGray(pixels) && (channels === 1 || !known)
    return { image: asGray ? slice(pixels, [0, 0, 0, 0], [-1, -1, -1, 1]) : pixels, ...(known && { known }) }
  })
  picture.dispose()
  return read
}

/** 1 where it is opaque; undefined where all of it is. */
function maskOf(opacity: Tensor): Tensor | undefined {
  if (opacity.dataSync().every((value) => value >= 0.5)) return undefined
  return expandDims(cast(greaterEqual(opacity, 0.5), 'float32'))
}

function isGray(pixels: Tensor4D): boolean {
  const values = pixels.dataSync()
  for (let i = 0; i < values.length; i += 3) {
    if (Math.abs(values[i]! - values[i + 1]!) > slack || Math.abs(values[i]! - values[i + 2]!) > slack) return false
  }
  return true
}

function bytesOf(command: string, path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw refusal('file', command, {
      expected: 'a PNG file for --question',
      got: `'${path}', which cannot be read`,
      cause,
    })
  }
}
