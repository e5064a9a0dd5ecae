/** diffusers' VQModel, an autoencoder with a codebook. @module */
import { allOrNothing, assertKey, assertShape, type Key, key as keyOf } from '@gen/backend'
import type { LatentModel } from '@gen/model'
import {
  add,
  argMin,
  clipByValue,
  dispose,
  gather,
  matMul,
  mul,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { NamedWeight, WeightShape } from '../weights/named-weight.ts'
import { drawnWeights, type Parameters, parameters, plannedWeights } from '../weights/parameters.ts'
import { decoder, encoder } from './coders.ts'
import { type FullVqModelConfig, sizesOf, type VqModelConfig, vqModelConfig } from './config.ts'

/** An autoencoder with a codebook, of diffusers' make: it codes and decodes; training goes on in `vqVae` of `@gen/vae`. */
export interface VqModel extends LatentModel {
  /** Shape of one image. */
  readonly shape: readonly number[]
  /** Images in [0, 1] to what the codebook quantizes, `[batch, latentSize]`. */
  encode(x: Tensor): Tensor2D
  /** Codes, each pixel of which becomes the nearest of the codebook's vectors, to images in [0, 1]. */
  decode(z: Tensor2D): Tensor
  /** All weights by the names of PyTorch's module. */
  readonly weights: readonly NamedWeight[]
  /** diffusers' config. */
  readonly peerConfig: FullVqModelConfig
  dispose(): void
}

/** Options of {@link vqModel}. */
export interface VqModelOptions {
  /** Draws the weights. @default key(0) */
  readonly key?: Key
}

const where = 'convert.vqModel'

/**
 * Makes diffusers' `VQModel` of its config.
 *
 * @throws GenError `config` for a config that diffusers would not build either, `range` for weights beyond what is allocated at once.
 * @see Taming transformers for high-resolution image synthesis (Esser et al., 2020) https://arxiv.org/abs/2012.09841
 * @example
 * const coder = vqModel({ sample_size: 8, block_out_channels: [8], norm_num_groups: 4, num_vq_embeddings: 16 }, { key: key(1) })
 * coder.latentSize // 192
 */
export function vqModel(config: VqModelConfig, { key = keyOf(0) }: VqModelOptions = {}): VqModel {
  assertKey(where, 'key', key)
  const full = vqModelConfig(config)
  const weights: NamedWeight[] = []
  const { image, code } = sizesOf(full)
  const depth = full.vq_embed_dim ?? full.latent_channels
  const shape = [...image, full.in_channels]
  const latentSize = code[0] * code[1] * depth
  const { encode, decode } = allOrNothing(() => maps(parameters(drawnWeights({ where, key, into: weights })), full))
  return {
    shape,
    latentSize,
    weights,
    peerConfig: full,
    encode(x) {
      assertShape(where, 'x', x, [null, ...shape])
      return tidy(() => reshape(encode(sub(mul(x, 2), 1)), [x.shape[0], latentSize]))
    },
    decode(z) {
      assertShape(where, 'z', z, [null, latentSize])
      const read = () => mul(add(decode(reshape(z, [z.shape[0], ...code, depth])), 1), 0.5)
      return tidy(() => clipByValue(read(), 0, 1))
    },
    dispose: () => dispose(weights.map(({ variable }) => variable)),
  }
}

/** The weights that the autoencoder of a config will have; nothing is allocated. */
export function vqModelPlan(config: unknown): WeightShape[] {
  const weights: WeightShape[] = []
  maps(parameters(plannedWeights(weights)), vqModelConfig(config))
  return weights
}

interface Maps {
  readonly encode: (x: Tensor) => Tensor
  readonly decode: (z: Tensor) => Tensor
}

function maps(own: Parameters, config: FullVqModelConfig): Maps {
  const channels = config.latent_channels
  const depth = config.vq_embed_dim ?? channels
  const enter = encoder(own.at('encoder'), config, channels)
  const after = own.convolution('quant_conv', { inputs: channels, outputs: depth, size: 1 })
  const deviation = 1 / (config.num_vq_embeddings * Math.sqrt(3))
  const book = own.table('quantize.embedding.weight', [config.num_vq_embeddings, depth], { deviation })
  const before = own.convolution('post_quant_conv', { inputs: depth, outputs: channels, size: 1 })
  const leave = decoder(own.at('decoder'), config, channels)
  return { encode: (x) => after(enter(x)), decode: (z) => leave(before(nearest(z, book))) }
}

/** Each pixel's nearest vector; |z|² is the same for all of them. */
function nearest(z: Tensor, book: Variable): Tensor {
  const depth = z.shape.at(-1)!
  const rows: Tensor2D = reshape(z, [z.size / depth, depth])
  const distances = sub(sum(square(book), 1), mul(matMul(rows, book as Tensor as Tensor2D, false, true), 2))
  return reshape(gather(book, argMin(distances, 1)), z.shape)
}
