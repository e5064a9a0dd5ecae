/** The networks that presets build: perceptrons and convolutional ones. @module */
import { fold, GenError, type JsonObject, type Key } from '@gen/backend'
import type { Network } from '@gen/model'
import { type Activation, adaptNetwork, classEmbedding, convDecoder, convEncoder, mlp } from '@gen/nn'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'

/** What a model asks of its networks. */
export interface NetworkRequest {
  /** Shape of the data: `[h, w, c]`, or `[n]` for points. */
  readonly shape: readonly number[]
  /** Numbers that the encoder gives: twice the latent size for a mean and a variance. */
  readonly outputs: number
  /** Numbers that the decoder takes. */
  readonly latentSize: number
  /** The decoder's channels for each channel of the data. */
  readonly channels: number
  /** Classes that both are told; 0 for none. */
  readonly classes: number
  /** Shape of what else both are told, as numbers beside the class's vector; undefined for nothing. */
  readonly context?: readonly number[] | undefined
  /** Draws the weights. */
  readonly key: Key
}

/** An encoder and a decoder. */
export interface Networks {
  readonly encoder: Network
  readonly decoder: Network
  /** How they were made, as plain JSON. */
  readonly network: JsonObject
}

/** Makes an encoder and a decoder that fit a model: what presets take as `network`. */
export interface NetworkMaker {
  /** How it was made, as plain JSON. */
  readonly config: JsonObject & { readonly kind: string }
  make(request: NetworkRequest): Networks
}

/** Options of {@link mlpNetworks}. */
export interface MlpNetworksOptions {
  /** Sizes of the encoder's hidden layers; the decoder has them backwards. @default [256, 256] */
  widths?: readonly number[]
  /** Of the hidden layers. @default 'silu' */
  activation?: Activation
}

/**
 * Perceptrons, for points and small images. The class of a conditional model is a vector, and its context flattened, beside the
 * flattened data, and beside z.
 *
 * @throws GenError, when asked to make them, `value` or `range` for sizes.
 * @example
 * const model = standardVae({ shape: [28, 28, 1], latentSize: 16, network: mlpNetworks({ widths: [512, 256] }), key: key(0) })
 */
export function mlpNetworks({ widths = [256, 256], activation = 'silu' }: MlpNetworksOptions = {}): NetworkMaker {
  const config = { kind: 'mlp', widths: [...widths], activation }
  return {
    config,
    make: ({ shape, outputs, latentSize, channels, classes, context, key }) => {
      const numbers = product(shape)
      const encoder = conditioned({ shape, classes, context, key: fold(key, 2) }, (x, told, size) => {
        const flat = shape.length === 1 ? x : (layers.flatten({ name: 'flat' }).apply(x) as SymbolicTensor)
        const inputs = numbers + size
        const body = { inputs, outputs, widths: [...widths], activation, key: fold(key, 0), name: 'encoder' }
        return mlp(body).apply(beside(flat, told)) as SymbolicTensor
      })
      const decoder = conditioned({ shape: [latentSize], classes, context, key: fold(key, 3) }, (z, told, size) => {
        const inputs = latentSize + size
        const hidden = [...widths].reverse()
        const body = {
          inputs,
          outputs: numbers * channels,
          widths: hidden,
          activation,
          key: fold(key, 1),
          name: 'decoder',
        }
        return toShape(mlp(body).apply(beside(z, told)) as SymbolicTensor, shape, channels)
      })
      return { encoder, decoder, network: config }
    },
  }
}

/** Options of {@link convNetworks}. */
export interface ConvNetworksOptions {
  /** Channels at each halving of the image. @default [32, 64, 128] */
  widths?: readonly number[]
  /** @default 'silu' */
  activation?: Activation
}

/**
 * The convolutional encoder and decoder of `@gen/nn`, for images from 28 pixels on. The class of a conditional model, and its
 * flattened context, join the encoder before its last layer, and z at the decoder's start.
 *
 * @throws GenError, when asked to make them, `shape` for what is no image or too small for so many halvings.
 * @example
 * const model = standardVae({ shape: [28, 28, 1], latentSize: 16, network: convNetworks(), key: key(0) })
 */
export function convNetworks({ widths = [32, 64, 128], activation = 'silu' }: ConvNetworksOptions = {}): NetworkMaker {
  const config = { kind: 'conv', widths: [...widths], activation }
  return {
    config,
    make: ({ shape, outputs, latentSize, channels, classes, context, key }) => {
      assertImage(shape)
      const common = { widths: [...widths], activation }
      const encoder = conditioned({ shape, classes, context, key: fold(key, 2) }, (x, told, size) => {
        const options = { ...common, shape: [...shape], key: fold(key, 0) }
        if (!told) return convEncoder({ ...options, outputs }).apply(x) as SymbolicTensor
        const features = convEncoder({ ...options, outputs: headWidth }).apply(x)
        const head = { inputs: headWidth + size, outputs, widths: [headWidth], activation, key: fold(key, 4) }
        return mlp({ ...head, name: 'head' }).apply(beside(features as SymbolicTensor, told)) as SymbolicTensor
      })
      const decoder = conditioned({ shape: [latentSize], classes, context, key: fold(key, 3) }, (z, told, size) => {
        const image = [...shape.slice(0, -1), (shape.at(-1) ?? 0) * channels]
        const options = { ...common, inputs: latentSize + size, shape: image, key: fold(key, 1) }
        return convDecoder(options).apply(beside(z, told)) as SymbolicTensor
      })
      return { encoder, decoder, network: config }
    },
  }
}

/** Size of a class's vector. */
const labelWidth = 32

/** Of the layer in which an image's features meet its class. */
const headWidth = 128

interface Conditioned {
  readonly shape: readonly number[]
  readonly classes: number
  readonly context: readonly number[] | undefined
  readonly key: Key
}

/** A network of x, perhaps of a label and a context, which come to `body` as one vector of that size. */
function conditioned(
  { shape, classes, context, key }: Conditioned,
  body: (x: SymbolicTensor, told: SymbolicTensor | undefined, size: number) => SymbolicTensor,
): Network {
  const x = input({ shape: [...shape], name: 'x' })
  const inputs = [x]
  const told: SymbolicTensor[] = []
  if (classes > 0) {
    const label = input({ shape: [1], dtype: 'int32', name: 'label' })
    const embedding = classEmbedding({ classes, size: labelWidth, key, noClass: false, name: 'classes' })
    told.push(embedding.apply(label) as SymbolicTensor)
    inputs.push(label)
  }
  if (context) {
    const known = input({ shape: [...context], name: 'context' })
    told.push(context.length === 1 ? known : (layers.flatten({ name: 'context_flat' }).apply(known) as SymbolicTensor))
    inputs.push(known)
  }
  const vector = told.length > 1 ? (layers.concatenate({ name: 'told' }).apply(told) as SymbolicTensor) : told[0]
  const size = (classes > 0 ? labelWidth : 0) + (context ? product(context) : 0)
  const made: LayersModel = model({ inputs: inputs.length > 1 ? inputs : x, outputs: body(x, vector, size) })
  return adaptNetwork('vae', made)
}

function assertImage(shape: readonly number[]): void {
  if (shape.length === 3) return
  const got = `[${shape.join(', ')}]`
  throw new GenError('shape', `vae.convNetworks: expected shape [height, width, channels], got ${got}; use mlpNetworks`)
}

function beside(x: SymbolicTensor, told: SymbolicTensor | undefined): SymbolicTensor {
  return told ? (layers.concatenate({ name: 'given' }).apply([x, told]) as SymbolicTensor) : x
}

function toShape(x: SymbolicTensor, shape: readonly number[], channels: number): SymbolicTensor {
  const targetShape = [...shape.slice(0, -1), shape.at(-1)! * channels]
  return shape.length === 1 ? x : (layers.reshape({ targetShape, name: 'shape' }).apply(x) as SymbolicTensor)
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}
