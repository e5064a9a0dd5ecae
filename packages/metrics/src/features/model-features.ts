/** Features from any TensorFlow.js model. @module */
import { assertRank, refusal } from '@gen/backend'
import {
  add,
  mean,
  mul,
  type NamedTensorMap,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import { type LayersModel, model as layersModel } from '@tensorflow/tfjs-layers'
import { describeFeatures, type Features } from './features.ts'
import { type Resizer, resizeImages } from './resize.ts'

/** What {@link modelFeatures} needs of a model: a tf.LayersModel and a tf.GraphModel have it. */
export interface ImageModel {
  predict(images: Tensor): Tensor | Tensor[] | NamedTensorMap
}

/** Options of {@link modelFeatures}. */
export interface ModelFeaturesOptions {
  /** Names the network and its layer in every result. */
  name: string
  /** Length of a feature vector. */
  size: number
  /** Height, width and channels that the network takes. */
  input: readonly [number, number, number]
  /** How images of another size get there; use the one of the scores you compare with. @default 'antialias-bicubic' */
  resizer?: Exclude<Resizer, 'none'>
  /** The values that the network takes for 0 and 1 of our images. @default [0, 1] */
  range?: readonly [number, number]
}

/**
 * Makes features from a model, e.g. Inception's pool3 for the usual FID.
 *
 * Images in [0, 1] are resized, gray ones are repeated over the network's channels, and values moved to its range. Of a
 * model with several outputs the first counts; feature maps `[batch, h, w, size]` are averaged over places.
 *
 * @throws GenError, when called, `shape` for images with neither 1 nor the network's channels, or another output size.
 * @see On aliased resizing and surprising subtleties in GAN evaluation (Parmar et al., 2022)
 * https://arxiv.org/abs/2104.11222
 * @example
 * ```ts no-run
 * const options = { name: 'inception-v3 pool3', size: 2048, input: [299, 299, 3], range: [-1, 1] } as const
 * const inception = modelFeatures(await loadGraphModel(url), options)
 * const real = await extractFeatures(images, inception)
 * ```
 */
export function modelFeatures(
  model: ImageModel,
  { name, size, input, resizer = 'antialias-bicubic', range = [0, 1] }: ModelFeaturesOptions,
): Features {
  const [height, width, channels] = input
  const [low, high] = range
  const extract = (images: Tensor4D): Tensor2D =>
    tidy(() => {
      const colored = repeatGray(images, channels)
      const same = images.shape[1] === height && images.shape[2] === width
      const resized = same ? colored : resizeImages(colored, [height, width], resizer)
      return vectors(model.predict(add(mul(resized, high - low), low)), size)
    })
  return describeFeatures(extract, { name, size, resizer })
}

/**
 * The model that ends at one of a model's layers: features from the middle of a network. It shares the weights; do not
 * dispose both.
 *
 * @throws An error of tfjs-layers when there is no such layer.
 * @example
 * const hidden = layerOutput(network, 'features')
 * const features = modelFeatures(hidden, { name: 'digits features', size: 64, input: [28, 28, 1] })
 */
export function layerOutput(model: LayersModel, layer: string): LayersModel {
  return layersModel({ inputs: model.inputs, outputs: model.getLayer(layer).output })
}

function repeatGray(images: Tensor4D, channels: number): Tensor4D {
  assertRank('metrics.modelFeatures', 'images', images, 4)
  if (images.shape[3] === channels) return images
  if (images.shape[3] === 1) return tile(images, [1, 1, 1, channels])
  throw refusal('shape', 'metrics.modelFeatures', {
    expected: `images of 1 or ${channels} channels`,
    got: images.shape[3],
    remedy: 'convert them first',
    details: { expected: channels, got: images.shape[3] },
  })
}

function vectors(output: Tensor | Tensor[] | NamedTensorMap, size: number): Tensor2D {
  const first = 'dataSync' in output ? (output as Tensor) : Object.values(output as Tensor[])[0]!
  const pooled = first.rank === 4 ? mean(first, [1, 2]) : first
  if (pooled.rank === 2 && pooled.shape[1] === size) return pooled as Tensor2D
  throw refusal('shape', 'metrics.modelFeatures', {
    expected: `output of shape [batch, ${size}] or [batch, h, w, ${size}]`,
    got: `[${first.shape.join(', ')}]`,
    remedy: 'pass its size',
    details: { size, got: first.shape },
  })
}
