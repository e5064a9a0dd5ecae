/** Feature extractors: the plug-in that turns images into vectors. @module */
import { assertInteger, assertRank, assertShape, refusal } from '@gen/backend'
import { reshape, slice, type Tensor, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import type { FeatureDescription } from './feature-description.ts'
import type { FeatureMatrix } from './feature-matrix.ts'

/**
 * Turns images `[batch, height, width, channels]` into vectors `[batch, size]`: any function will do. With a
 * description (see {@link describeFeatures}) every result says which features it was computed on.
 */
export interface Features {
  (images: Tensor4D): Tensor2D
  readonly description?: FeatureDescription
}

/**
 * Gives a function the description that results will carry.
 *
 * @throws GenError `range` for a size that is not a whole number ≥ 1.
 * @example
 * const features = describeFeatures((x) => mean(x, [1, 2]), { name: 'mean color', size: 3, resizer: 'none' })
 */
export function describeFeatures(extract: (images: Tensor4D) => Tensor2D, description: FeatureDescription): Features {
  assertInteger('metrics.describeFeatures', 'size', description.size, { min: 1 })
  return Object.assign((images: Tensor4D) => extract(images), { description: { ...description } })
}

/**
 * The pixels themselves as features: a baseline that needs no network, for small images and points on a grid.
 *
 * @example
 * const pixels = pixelFeatures([28, 28, 1])
 * const { value } = fid(await extractFeatures(realImages, pixels), await extractFeatures(fakeImages, pixels))
 */
export function pixelFeatures(shape: readonly [number, number, number]): Features {
  const size = shape[0] * shape[1] * shape[2]
  const extract = (images: Tensor4D) => {
    assertShape('metrics.pixelFeatures', 'images', images, [null, ...shape], 'pass the shape of the images')
    return reshape(images, [images.shape[0], size]) as Tensor2D
  }
  return describeFeatures(extract, { name: 'pixels', size, resizer: 'none' })
}

/** Options of {@link extractFeatures}. */
export interface ExtractFeaturesOptions {
  /** Images that go through the network at a time. @default 128 */
  batchSize?: number
}

/**
 * Runs images through an extractor batch by batch and reads the vectors, without blocking, into one matrix that carries
 * the extractor's description.
 *
 * Images come as one tensor, or as batches from an (async) iterable; those stay with whoever makes them: a generator
 * can dispose each one after its `yield`.
 *
 * @throws GenError `shape` when there are no images, or the extractor gives other than one vector of its size per
 * image.
 * @example
 * const real = await extractFeatures(images, digits.features)
 */
export async function extractFeatures(
  images: Tensor4D | Iterable<Tensor4D> | AsyncIterable<Tensor4D>,
  features: Features,
  { batchSize = 128 }: ExtractFeaturesOptions = {},
): Promise<FeatureMatrix> {
  const where = 'metrics.extractFeatures'
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  const parts: Float32Array[] = []
  let size = features.description?.size
  let rows = 0
  for await (const batch of 'dataSync' in images ? [images] : images) {
    assertRank(where, 'images', batch, 4, 'pass images as [batch, height, width, channels]')
    for (let start = 0; start < batch.shape[0]; start += batchSize) {
      const count = Math.min(batchSize, batch.shape[0] - start)
      const vectors = tidy(() => features(slice(batch, [start, 0, 0, 0], [count, -1, -1, -1])))
      parts.push(await readBatch(where, vectors, count, size))
      size = vectors.shape[1]
      rows += count
    }
  }
  if (size === undefined || rows === 0)
    throw refusal('shape', where, { expected: 'at least 1 image', got: '0', remedy: 'pass more images' })
  const data = new Float32Array(rows * size)
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  const described = features.description ?? { name: features.name || 'unnamed', size, resizer: 'unknown' }
  return { rows, columns: size, data, features: described }
}

async function readBatch(
  where: string,
  vectors: Tensor,
  count: number,
  size: number | undefined,
): Promise<Float32Array> {
  try {
    assertShape(
      where,
      'features(images)',
      vectors,
      [count, size ?? null],
      'return one vector per image, of the described size',
    )
    return Float32Array.from(await vectors.data())
  } finally {
    vectors.dispose()
  }
}
