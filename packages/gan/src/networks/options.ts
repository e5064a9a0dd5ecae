/** What all generators and all discriminators take. @module */
import { assertInteger, fold, type JsonObject, type Key, refusal } from '@gen/backend'
import type { Network } from '@gen/model'
import { adaptNetwork, classEmbedding, dense } from '@gen/nn'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { projectionHead } from '../layers/projection-head.ts'

/** Options of every generator. */
export interface GeneratorOptions {
  /** Shape of what it makes: `[h, w, c]`, or `[n]` for points. */
  shape: readonly number[]
  /** Size of z. */
  latentSize: number
  /** Draws the weights. */
  key: Key
  /** Classes it is told, by a vector that is appended to z; 0 for none. @default 0 */
  classes?: number
}

/** Options of every discriminator. */
export interface DiscriminatorOptions {
  /** Shape of what it judges: `[h, w, c]`, or `[n]` for points. */
  shape: readonly number[]
  /** Draws the weights. */
  key: Key
  /** Classes it is told, by projection; 0 for none. @default 0 */
  classes?: number
  /** Divides every kernel by its largest singular value. @default false */
  spectral?: boolean
}

/** How a network of this package was made, as its `config`: `kind` names the function, the rest are its options. */
export type NetworkConfig = JsonObject & { readonly kind: string }

/** Closes a generator: z, with the vector of the class appended, goes through `body`. */
export function generatorOf(
  config: NetworkConfig,
  { latentSize, key, classes = 0 }: GeneratorOptions,
  body: (z: SymbolicTensor) => SymbolicTensor,
): Network {
  assertInteger(`gan.${config.kind}`, 'latentSize', latentSize, { min: 1 })
  assertInteger(`gan.${config.kind}`, 'classes', classes, { min: 0 })
  const z = input({ shape: [latentSize], name: 'z' })
  if (classes === 0) return named(config, model({ inputs: z, outputs: body(z) }))
  const label = input({ shape: [1], dtype: 'int32', name: 'label' })
  const options = { classes, size: latentSize, key: fold(key, labelPlace), noClass: false }
  const vector = classEmbedding({ ...options, name: 'classes' }).apply(label) as SymbolicTensor
  const both = layers.concatenate({ name: 'given' }).apply([z, vector]) as SymbolicTensor
  return named(config, model({ inputs: [z, label], outputs: body(both) }))
}

/** Closes a discriminator: features `[batch, n]` that `body` makes of x become one logit. */
export function discriminatorOf(
  config: NetworkConfig,
  { shape, key, classes = 0, spectral = false }: DiscriminatorOptions,
  body: (x: SymbolicTensor) => SymbolicTensor,
): Network {
  assertInteger(`gan.${config.kind}`, 'classes', classes, { min: 0 })
  const x = input({ shape: [...shape], name: 'x' })
  const features = body(x)
  const k = fold(key, headPlace)
  if (classes === 0) {
    const logits = dense({ units: 1, key: k, spectral, name: 'logits' }).apply(features) as SymbolicTensor
    return named(config, model({ inputs: x, outputs: logits }))
  }
  const label = input({ shape: [1], dtype: 'int32', name: 'label' })
  const head = projectionHead({ classes, key: k, spectral, name: 'logits' })
  return named(config, model({ inputs: [x, label], outputs: head.apply([features, label]) as SymbolicTensor }))
}

/** Layers of a body take keys by places from 0. */
const labelPlace = 1000
const headPlace = 1001

function named(config: NetworkConfig, layersModel: LayersModel): Network {
  return adaptNetwork('gan', layersModel, config)
}

/** Refuses what is no image. */
export function assertImage(kind: string, shape: readonly number[]): asserts shape is [number, number, number] {
  if (shape.length === 3) return
  throw refusal('shape', `gan.${kind}`, {
    expected: 'shape [height, width, channels]',
    got: `[${shape.join(', ')}]`,
    remedy: 'use the mlp networks for points',
  })
}

/** Applies layers one after the other. */
export function through(x: SymbolicTensor, ...stack: layers.Layer[]): SymbolicTensor {
  return stack.reduce((h, layer) => layer.apply(h) as SymbolicTensor, x)
}
