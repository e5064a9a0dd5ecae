/** Animated GIF files. @module */
import { assertNumber, refusal } from '@gen/backend'
import { Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import * as gifenc from 'gifenc'

/** Options of {@link encodeGif}. */
export interface EncodeGifOptions {
  /** Frames in a second. @default 12 */
  framesPerSecond?: number
  /** Begins again at the end. @default true */
  loop?: boolean
}

type Tools = Pick<typeof gifenc, 'GIFEncoder' | 'quantize' | 'applyPalette'>

// Node gives the package's CommonJS file, whose names are on the default export; bundlers its module.
const { GIFEncoder, quantize, applyPalette }: Tools =
  'GIFEncoder' in gifenc ? gifenc : (gifenc as unknown as { default: Tools }).default

/**
 * Encodes frames `[n, h, w, 1 or 3]` in [0, 1] as an animated GIF; values outside are clipped. Each frame has its own 256
 * colors.
 *
 * @throws GenError `shape` for other shapes; `range` for options.
 * @example
 * await writeFile('walk.gif', await encodeGif(frames, { framesPerSecond: 20 }))
 */
export async function encodeGif(
  frames: Tensor4D,
  { framesPerSecond = 12, loop = true }: EncodeGifOptions = {},
): Promise<Uint8Array> {
  const where = 'io.encodeGif'
  if (!(frames instanceof Tensor)) throw refusal('shape', where, { expected: 'frames as a tensor', got: 'none' })
  const [count, height, width, channels] = frames.shape
  if (frames.rank !== 4 || frames.size === 0 || (channels !== 1 && channels !== 3)) {
    throw refusal('shape', where, { expected: 'frames of shape [n, h, w, 1 or 3]', got: `[${frames.shape}]` })
  }
  assertNumber(where, 'framesPerSecond', framesPerSecond, { exclusiveMin: 0, max: 100 })
  const values = await frames.data()
  const gif = GIFEncoder()
  const size = height * width
  for (let frame = 0; frame < count; frame++) {
    const rgba = rgbaOf(values.subarray(frame * size * channels, (frame + 1) * size * channels), size, channels)
    const palette = quantize(rgba, 256)
    gif.writeFrame(applyPalette(rgba, palette), width, height, {
      palette,
      delay: 1000 / framesPerSecond,
      repeat: loop ? 0 : -1,
    })
  }
  gif.finish()
  return gif.bytes()
}

function rgbaOf(values: ArrayLike<number>, size: number, channels: number): Uint8Array {
  const out = new Uint8Array(size * 4).fill(255)
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) {
      const value = values[i * channels + (channels === 1 ? 0 : c)]!
      out[i * 4 + c] = Math.round(255 * Math.min(1, Math.max(0, value)))
    }
  }
  return out
}
