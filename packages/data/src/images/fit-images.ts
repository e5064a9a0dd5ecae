/** Datasets of images, fitted to another size. @module */
import { assertNumber, refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { imageDataset } from '../sets/image-dataset.ts'
import { fitter } from './fitter.ts'

/** Options of {@link fitImages}. */
export interface FitImagesOptions {
  /** Height and width of all images, whose areas are averaged. */
  size: number | readonly [height: number, width: number]
  /** What happens to other proportions: the largest piece around the center is kept, or all, on the background. @default 'crop' */
  fit?: 'crop' | 'pad'
  /** What lies around with `fit: 'pad'`: 0 black … 255 white. @default 255 */
  background?: number
}

/** Images that are read at once. */
const block = 256

/**
 * Fits the images of a dataset, `[h, w, 1]` or `[h, w, 3]`, to a size, as {@link imageFiles} fits files: for an npz file, whose images have a size of
 * their own. They are kept as bytes, `round(255 x)`, with their labels.
 *
 * @throws GenError `shape` for items that are no images; `value` or `range` for options, and for values outside [0, 1].
 * @see imageFiles
 * @example
 * const digits = imageDataset({ pixels: new Uint8Array(2 * 28 * 28), shape: [28, 28, 1] })
 * fitImages(digits, { size: 32 }).shape // [32, 32, 1]
 */
export function fitImages(images: Dataset, { size, fit = 'crop', background = 255 }: FitImagesOptions): Dataset {
  const where = 'data.fitImages'
  assertNumber(where, 'background', background, { min: 0, max: 255 })
  const fitted = fitter(where, { size, fit, background })
  const [height = 0, width = 0, channels] = images.shape
  if (images.shape.length !== 3 || (channels !== 1 && channels !== 3))
    throw refusal('shape', where, { expected: 'images [h, w, 1] or [h, w, 3]', got: `items [${images.shape}]` })
  const side = typeof size === 'number' ? ([size, size] as const) : size
  const imageBytes = side[0] * side[1] * channels
  const pixels = new Uint8Array(imageBytes * images.size)
  const labels: number[] = []
  for (let first = 0; first < images.size; first += block) {
    const { values, labels: some } = read(where, images, first, Math.min(block, images.size - first))
    labels.push(...some)
    for (let i = 0; i * height * width * channels < values.length; i++) {
      const data = values.subarray(i * height * width * channels, (i + 1) * height * width * channels)
      pixels.set(fitted({ height, width, channels, data }).data, (first + i) * imageBytes)
    }
  }
  const { classes } = images
  const known = labels.length > 0 && { labels, ...(classes !== undefined && { classes }) }
  return imageDataset({ pixels, shape: [...side, channels], ...known })
}

function read(where: string, images: Dataset, first: number, count: number): { values: Uint8Array; labels: number[] } {
  const { x, labels } = images.take(Array.from({ length: count }, (_, i) => first + i))
  const values = x.dataSync()
  const known = labels ? [...labels.dataSync()] : []
  x.dispose()
  labels?.dispose()
  const outside = values.find((value) => !(value >= 0 && value <= 1))
  if (outside !== undefined) throw refusal('range', where, { expected: 'images in [0, 1]', got: outside })
  return { values: Uint8Array.from(values, (value) => Math.round(255 * value)), labels: known }
}
