/** Images in memory, a byte for each value. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { tensor } from '@tensorflow/tfjs-core'
import { checkLabels, takeLabels } from '../labels.ts'
import { dataset } from './dataset.ts'

/** Options of {@link imageDataset}. */
export interface ImageDatasetOptions {
  /** All images one after the other, values 0…255, channels last. Kept, not copied. */
  pixels: Uint8Array
  /** `[height, width, channels]` of an image. */
  shape: readonly [height: number, width: number, channels: number]
  /** A class for each image: whole numbers from 0. */
  labels?: ArrayLike<number>
  /** Number of classes. @default the largest label plus 1 */
  classes?: number
  /** Width of a black border added on all sides. @default 0 */
  padding?: number
}

const toUnit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

/**
 * Makes a dataset of images. They stay bytes in memory; a batch holds them as float32 in [0, 1] (`byte / 255`), shape
 * `[b, height + 2·padding, width + 2·padding, channels]`.
 *
 * @throws GenError `shape` when pixels or labels do not fit; `value` or `range` for a bad size or label.
 * @example
 * const faces = imageDataset({ pixels, shape: [32, 32, 3] })
 * const batches = faces.batches({ size: 64, key: key(0) })
 */
export function imageDataset({ pixels, shape, labels, classes, padding = 0 }: ImageDatasetOptions): Dataset {
  const where = 'data.imageDataset'
  for (const [i, name] of (['height', 'width', 'channels'] as const).entries()) {
    assertInteger(where, name, shape[i] as number, { min: 1 })
  }
  assertInteger(where, 'padding', padding, { min: 0 })
  const [height, width, channels] = shape
  const imageBytes = height * width * channels
  const count = pixels.length / imageBytes
  if (!Number.isInteger(count) || count < 1) {
    throw refusal('shape', where, { expected: `a multiple of ${imageBytes} bytes for [${shape}]`, got: pixels.length })
  }
  const checked = labels && checkLabels(where, labels, count, classes)
  const outer = [height + 2 * padding, width + 2 * padding, channels]
  return dataset({
    size: count,
    shape: outer,
    ...(checked && { classes: checked.classes }),
    take: (indices) => {
      const x = tensor(gather(pixels, shape, padding, indices), [indices.length, ...outer], 'float32')
      return checked ? { x, labels: takeLabels(checked, indices) } : { x }
    },
  })
}

function gather(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  padding: number,
  indices: ArrayLike<number>,
): Float32Array {
  const rowBytes = width * channels
  const outerRow = (width + 2 * padding) * channels
  const outerImage = (height + 2 * padding) * outerRow
  const values = new Float32Array(indices.length * outerImage)
  for (let i = 0; i < indices.length; i++) {
    let from = (indices[i] as number) * height * rowBytes
    let to = i * outerImage + padding * outerRow + padding * channels
    for (let row = 0; row < height; row++, to += outerRow - rowBytes) {
      for (let j = 0; j < rowBytes; j++) values[to++] = toUnit[pixels[from++] as number] as number
    }
  }
  return values
}
