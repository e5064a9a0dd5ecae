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
  /** Shape of what else it is told, appended to z as numbers. @default nothing */
  context?: readonly number[] | undefined
}

/** Options of every discriminator. */
export interface DiscriminatorOptions {
  /** Shape of what it judges: `[h, w, c]`, or `[n]` for points. */
  shape: readonly number[]
  /** Draws the weights. */
  key: Key
  /** Classes it is told, by projection; 0 for none. @default 0 */
  classes?: number
  /** Shape of what else it is told, beside x; for networks that take it. @default nothing */
  context?: readonly number[] | undefined
  /** Divides every kernel by its largest singular value. @default false */
  spectral?: boolean
}

/** How a network of this package was made, as its `config`: `kind` names the function, the rest are its options. */
export type NetworkConfig = JsonObject & { readonly kind: string }

/** Closes a generator: z, with the vector of the class and the numbers of the context appended, goes through `body`. */
export function generatorOf(
  config: NetworkConfig,
  { latentSize, key, classes = 0, context }: GeneratorOptions,
  body: (z: SymbolicTensor) => SymbolicTensor,
): Network {
  const where = `gan.${config.kind}`
  assertInteger(where, 'latentSize', latentSize, { min: 1 })
  assertInteger(where, 'classes', classes, { min: 0 })
  const z = input({ shape: [latentSize], name: 'z' })
  const inputs = [z]
  const told = [z]
  if (classes > 0) {
    const label = input({ shape: [1], dtype: 'int32', name: 'label' })
    const options = { classes, size: latentSize, key: fold(key, labelPlace), noClass: false }
    told.push(classEmbedding({ ...options, name: 'classes' }).apply(label) as SymbolicTensor)
    inputs.push(label)
  }
  if (context) {
    const known = contextInput(where, context)
    told.push(flat(known, 'context_flat'))
    inputs.push(known)
  }
  const outputs = body(told.length > 1 ? beside(told, 'given') : z)
  return named(config, model({ inputs: inputs.length > 1 ? inputs : z, outputs }))
}

/** Closes a discriminator: features `[batch, n]` that `body` makes of x, and of the context, become one logit. */
export function discriminatorOf(
  config: NetworkConfig,
  { shape, key, classes = 0, context, spectral = false }: DiscriminatorOptions,
  body: (x: SymbolicTensor, context?: SymbolicTensor) => SymbolicTensor,
): Network {
  const where = `gan.${config.kind}`
  assertInteger(where, 'classes', classes, { min: 0 })
  const x = input({ shape: [...shape], name: 'x' })
  const label = classes > 0 ? [input({ shape: [1], dtype: 'int32', name: 'label' })] : []
  const known = context ? [contextInput(where, context)] : []
  const features = body(x, ...known)
  const k = fold(key, headPlace)
  const head =
    classes > 0
      ? projectionHead({ classes, key: k, spectral, name: 'logits' })
      : dense({ units: 1, key: k, spectral, name: 'logits' })
  const outputs = head.apply(label[0] ? [features, label[0]] : features) as SymbolicTensor
  return named(config, model({ inputs: [x, ...label, ...known], outputs }))
}

function contextInput(where: string, context: readonly number[]): SymbolicTensor {
  for (const n of context) assertInteger(where, 'context', n, { min: 1 })
  return input({ shape: [...context], name: 'context' })
}

/** `[batch, …]` → `[batch, n]`. */
export function flat(x: SymbolicTensor, name: string): SymbolicTensor {
  return x.shape.length === 2 ? x : (layers.flatten({ name }).apply(x) as SymbolicTensor)
}

/** Vectors, one after the other. */
export function beside(vectors: SymbolicTensor[], name: string): SymbolicTensor {
  return layers.concatenate({ name }).apply(vectors) as SymbolicTensor
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
