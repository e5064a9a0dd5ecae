/** From image tensors to float64 planes, one sample and channel at a time. @module */
import { assertRank, refusal } from '@gen/backend'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { assertFiniteNumbers } from '../features/read-vectors.ts'

/** Images to be read plane by plane. */
export interface ImagePlanes {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: number
  /** The `height × width` numbers of one channel of one sample, in float64. */
  plane(sample: number, channel: number): Float64Array
}

/** Reads images `[batch, height, width, channels]`. Throws a GenError for other ranks, no images, or NaN. */
function readImages(where: string, name: string, images: Tensor4D): ImagePlanes {
  assertRank(where, name, images, 4, 'pass images as [batch, height, width, channels]')
  const [count, height, width, channels] = images.shape
  if (images.size === 0) {
    throw refusal('shape', where, {
      expected: `${name} with at least 1 image`,
      got: `shape [${images.shape.join(', ')}]`,
      remedy: 'pass more images',
    })
  }
  const values = Float32Array.from(images.dataSync())
  assertFiniteNumbers(where, name, values)
  const plane = (sample: number, channel: number) => {
    const start = sample * height * width * channels + channel
    return Float64Array.from({ length: height * width }, (_, at) => values[start + at * channels]!)
  }
  return { count, height, width, channels, plane }
}

/** Reads two sets of images that are compared one by one. Throws a GenError `shape` when their shapes differ. */
export function readImagePair(where: string, x: Tensor4D, y: Tensor4D): { x: ImagePlanes; y: ImagePlanes } {
  if (x.shape.join() !== y.shape.join()) {
    throw refusal('shape', where, {
      expected: 'images of one shape',
      got: `[${x.shape.join(', ')}] and [${y.shape.join(', ')}]`,
      remedy: 'resize or crop one',
      details: { x: x.shape, y: y.shape },
    })
  }
  return { x: readImages(where, 'x', x), y: readImages(where, 'y', y) }
}

/** The two ends of the values' range as its width. Throws a GenError `range` for an empty range. */
export function rangeWidth(where: string, [low, high]: readonly [number, number]): number {
  if (Number.isFinite(high - low) && high > low) return high - low
  throw refusal('range', where, {
    expected: 'range [low, high] with low < high',
    got: `[${low}, ${high}]`,
    remedy: 'pass [0, 1] or [-1, 1]',
  })
}
