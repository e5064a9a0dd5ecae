/** The small digit classifier whose features and probabilities score digits. @module */
import { assertRank, fold, type Key, refusal } from '@gen/backend'
import { decodeSafetensors, encodeSafetensors, toTensor } from '@gen/io'
import { he } from '@gen/nn'
import { dispose, softmax, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { input, type LayersModel, layers, model } from '@tensorflow/tfjs-layers'
import { describeFeatures, type Features } from './features.ts'
import { layerOutput } from './model-features.ts'
import { resizeImages } from './resize.ts'

const architecture = 'gen-digits-1'
const featureLayer = 'features'
const side = 28
const widths = [16, 32, 48, 64]
const size = 64

/** What the digit network gives for images. */
export interface DigitModel {
  /** The 64 activations before the last layer, to be used as `Features`. */
  readonly features: Features
  /** Class probabilities `[batch, 10]`. */
  readonly classify: (images: Tensor4D) => Tensor2D
}

/**
 * The untrained network: four 3 × 3 convolutions of 16, 32, 48 and 64 channels (all but the first of stride 2), a dense
 * layer of 64, ReLU throughout, and 10 logits; images `[batch, 28, 28, 1]` in [0, 1]; 112,634 parameters.
 *
 * @example
 * const network = digitNetwork(key(0))
 */
export function digitNetwork(k: Key): LayersModel {
  const image = input({ shape: [side, side, 1] })
  const convolved = widths.reduce((x, filters, i) => {
    const options = {
      filters,
      kernelSize: 3,
      strides: i === 0 ? 1 : 2,
      padding: 'same' as const,
      activation: 'relu' as const,
    }
    return layers
      .conv2d({ name: `conv${i}`, ...options, kernelInitializer: he({ key: fold(k, i) }) })
      .apply(x) as typeof image
  }, image)
  const flat = layers.flatten().apply(convolved)
  const dense = { units: size, activation: 'relu' as const, kernelInitializer: he({ key: fold(k, widths.length) }) }
  const hidden = layers.dense({ name: featureLayer, ...dense }).apply(flat)
  const last = { units: 10, kernelInitializer: he({ key: fold(k, widths.length + 1) }) }
  const logits = layers.dense({ name: 'logits', ...last }).apply(hidden)
  return model({ inputs: image, outputs: logits as typeof image })
}

/**
 * Writes a trained network's weights as safetensors, with the architecture's name and your notes (seed, script,
 * accuracy).
 *
 * @example
 * const bytes = encodeDigitNetwork(network, { seed: '0', accuracy: '0.991' })
 */
export function encodeDigitNetwork(network: LayersModel, notes: Readonly<Record<string, string>> = {}): Uint8Array {
  return tidy(() => {
    const named = weightNames.map((name, i) => [name, network.getWeights()[i]!] as const)
    return encodeSafetensors(Object.fromEntries(named), { ...notes, architecture })
  })
}

/**
 * Reads weights that {@link encodeDigitNetwork} wrote.
 *
 * @throws GenError `file` for a broken file, another architecture or missing weights.
 * @example
 * const { features, classify } = digitModel(decodeDigitNetwork(await readFile('digits.safetensors')))
 */
export function decodeDigitNetwork(bytes: Uint8Array): LayersModel {
  const where = 'metrics.decodeDigitNetwork'
  const { metadata, tensors } = decodeSafetensors(bytes)
  if (metadata.architecture !== architecture) {
    throw refusal('file', where, {
      expected: `architecture ${architecture}`,
      got: String(metadata.architecture),
      remedy: 'pass the weights of digitNetwork',
      details: { got: metadata.architecture },
    })
  }
  const network = digitNetwork({ hi: 0, lo: 0 })
  const shapes = network.weights.map((weight) => weight.shape.join())
  weightNames.forEach((name, i) => {
    const got = tensors[name]?.shape.join()
    if (got === shapes[i]) return
    network.dispose()
    throw refusal('file', where, {
      expected: `${name} of shape [${shapes[i]}]`,
      got: got === undefined ? 'none' : `[${got}]`,
      remedy: 'the file is not whole',
      details: { name },
    })
  })
  const values = weightNames.map((name) => toTensor(tensors[name]!))
  network.setWeights(values)
  dispose(values)
  return network
}

/**
 * Features and classifier of a digit network. Images `[batch, h, w, 1]` in [0, 1], white on black as in MNIST; other
 * sizes than 28 × 28 are resized (`antialias-bilinear`).
 *
 * @throws GenError, when called, `shape` for images with more than one channel (see `stackedLabels` for those).
 * @example
 * const { value } = fid(await extractFeatures(realImages, digits.features), await extractFeatures(fakeImages, digits.features))
 */
export function digitModel(network: LayersModel): DigitModel {
  const body = layerOutput(network, featureLayer)
  const description = { name: `${architecture} ${featureLayer}`, size, resizer: 'antialias-bilinear' }
  return {
    features: describeFeatures((images) => tidy(() => body.predict(prepare(images)) as Tensor2D), description),
    classify: (images) => tidy(() => softmax(network.predict(prepare(images)) as Tensor2D)),
  }
}

const weightNames = [...widths.map((_, i) => `conv${i}`), featureLayer, 'logits'].flatMap((layer) => [
  `${layer}.kernel`,
  `${layer}.bias`,
])

function prepare(images: Tensor4D): Tensor4D {
  assertRank('metrics.digitModel', 'images', images, 4)
  const [, height, width, channels] = images.shape
  if (channels !== 1) {
    throw refusal('shape', 'metrics.digitModel', {
      expected: 'images of 1 channel',
      got: channels,
      remedy: 'score stacked digits with stackedLabels',
    })
  }
  return height === side && width === side ? images : resizeImages(images, [side, side], 'antialias-bilinear')
}
