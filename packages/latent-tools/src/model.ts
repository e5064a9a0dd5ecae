/** What this package asks of a model: two or three members, which any model has or gets in a line. @module */
import { GenError, type Key } from '@gen/backend'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { shown } from './arguments.ts'

/** Makes data from latent codes. A GAN, a VAE, a flow or a plain function with its size is one. */
export interface Decoder {
  /** Numbers in one code. */
  readonly latentSize: number
  /** Codes `[batch, latentSize]` to data `[batch, …]`; images are `[batch, height, width, channels]` in [0, 1]. */
  decode(z: Tensor2D): Tensor | Promise<Tensor>
}

/** Finds the latent codes of data. */
export interface Encoder {
  /** Numbers in one code. */
  readonly latentSize: number
  /** Data `[batch, …]` to codes `[batch, latentSize]`. */
  encode(x: Tensor): Tensor2D | Promise<Tensor2D>
}

/** A decoder that may be able to encode too. */
export interface LatentModel extends Decoder {
  encode?(x: Tensor): Tensor2D | Promise<Tensor2D>
}

/** A distribution of codes: any prior of `@gen/priors`, a flow, or {@link gaussianPrior}. */
export interface CodeDistribution {
  sample(count: number, k: Key): Tensor2D
  /** Log-density in nats, `[batch]`. */
  logProb(z: Tensor2D): Tensor1D
}

/**
 * Checks that a value is a decoder.
 *
 * @throws GenError `value`, with how to make one of a network.
 */
export function assertDecoder(where: string, name: string, model: unknown): void {
  assertMember(where, name, model, 'decode', 'decode: (z) => network.predict(z)')
}

/**
 * Checks that a value is an encoder.
 *
 * @throws GenError `value`, with how to make one of a network.
 */
export function assertEncoder(where: string, name: string, model: unknown): void {
  assertMember(where, name, model, 'encode', 'encode: (x) => network.predict(x)')
}

/**
 * Checks that a value can sample codes and tell their density.
 *
 * @throws GenError `value`.
 */
export function assertPrior(where: string, prior: unknown): void {
  const remedy = 'pass a prior of @gen/priors or gaussianPrior(codes)'
  if (typeof prior !== 'object' || prior === null) {
    throw new GenError('value', `${where}: expected a prior, got ${shown(prior)}; ${remedy}`)
  }
  for (const member of ['sample', 'logProb'] as const) {
    if (member in prior && typeof Reflect.get(prior, member) === 'function') continue
    throw new GenError('value', `${where}: expected a prior with ${member}, got one without; ${remedy}`)
  }
}

function assertMember(where: string, name: string, model: unknown, member: string, example: string): void {
  const remedy = `wrap a network as { latentSize: 64, ${example} }`
  if (typeof model !== 'object' || model === null) {
    throw new GenError('value', `${where}: expected ${name} to be a model, got ${shown(model)}; ${remedy}`)
  }
  const network = 'layers' in model && 'predict' in model ? 'a tf.LayersModel' : 'one'
  if (typeof Reflect.get(model, member) !== 'function') {
    throw new GenError('value', `${where}: expected ${name} with ${member}, got ${network} without; ${remedy}`)
  }
  const size: unknown = Reflect.get(model, 'latentSize')
  if (typeof size === 'number' && Number.isInteger(size) && size > 0) return
  throw new GenError(
    'value',
    `${where}: expected ${name} with latentSize, the numbers in a code, got ${shown(size)}; ${remedy}`,
  )
}
