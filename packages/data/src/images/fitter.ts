/** Fitting images to a size. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { ByteImage } from './byte-image.ts'
import { cropAndResize, padAndResize } from './resize.ts'

/** How images are fitted. */
export interface Fitting {
  /** Height and width, whose areas are averaged. */
  size: number | readonly [height: number, width: number]
  /** What happens to other proportions: the largest piece around the center is kept, or all, on the background. */
  fit: 'crop' | 'pad'
  /** What lies around: 0 black … 255 white. */
  background: number
}

/** A function that fits images, once the options are checked. */
export function fitter(where: string, { size, fit, background }: Fitting): (image: ByteImage) => ByteImage {
  if (fit !== 'crop' && fit !== 'pad') throw refusal('value', where, { expected: 'fit crop or pad', got: fit })
  const [height, width] = typeof size === 'number' ? [size, size] : size
  for (const side of [height, width]) assertInteger(where, 'size', side, { min: 1 })
  return (image) =>
    fit === 'crop' ? cropAndResize(image, height, width) : padAndResize(image, height, width, background)
}
