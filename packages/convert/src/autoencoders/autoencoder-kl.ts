/** diffusers' AutoencoderKL, the autoencoder of latent diffusion, as a VAE of ours. @module */
import { allOrNothing, assertKey, type JsonObject, type Key, key as keyOf } from '@gen/backend'
import { gaussianLikelihood } from '@gen/losses'
import type { Network } from '@gen/model'
import { linearHead, type Vae, vae } from '@gen/vae'
import { add, clipByValue, concat, mul, reshape, split, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { NamedWeight, WeightShape } from '../weights/named-weight.ts'
import { drawnWeights, type Parameters, parameters, plannedWeights } from '../weights/parameters.ts'
import { decoder, encoder } from './coders.ts'
import { type AutoencoderKlConfig, autoencoderKlConfig, type FullAutoencoderKlConfig, sizesOf } from './config.ts'

/** A VAE of diffusers' make. */
export interface AutoencoderKl extends Vae {
  /** All weights by the names of PyTorch's module. */
  readonly weights: readonly NamedWeight[]
  /** diffusers' config. */
  readonly peerConfig: FullAutoencoderKlConfig
}

/** Options of {@link autoencoderKl}. */
export interface AutoencoderKlOptions {
  /** Draws the weights. @default key(0) */
  readonly key?: Key
}

const where = 'convert.autoencoderKl'

/**
 * Makes diffusers' `AutoencoderKL` of its config. As every VAE here it has images in [0, 1]; a code is the mean of q(z | x), row by row of its
 * `[height, width, latent_channels]`, without `scaling_factor`. It trains with a normal likelihood of deviation 0.1.
 *
 * @throws GenError `config` for a config that diffusers would not build either, `range` for weights beyond what is allocated at once.
 * @see High-resolution image synthesis with latent diffusion models (Rombach et al., 2021) https://arxiv.org/abs/2112.10752
 * @example
 * const coder = autoencoderKl({ sample_size: 8, block_out_channels: [8], norm_num_groups: 4 }, { key: key(1) })
 * coder.latentSize // 256
 */
export function autoencoderKl(
  config: AutoencoderKlConfig,
  { key = keyOf(0) }: AutoencoderKlOptions = {},
): AutoencoderKl {
  assertKey(where, 'key', key)
  const full = autoencoderKlConfig(config)
  const weights: NamedWeight[] = []
  const { image, code } = sizesOf(full)
  const latentSize = code[0] * code[1] * full.latent_channels
  return allOrNothing(() => {
    const { encode, decode } = maps(parameters(drawnWeights({ where, key, into: weights })), full)
    const owned = (half: 'encoder' | 'decoder') => variablesOf(weights, half)
    const coder: Network = {
      inputShape: [...image, full.in_channels],
      outputShape: [2 * latentSize],
      variables: () => owned('encoder'),
      apply: (x) => tidy(() => flatMoments(encode(sub(mul(x, 2), 1)))),
    }
    const maker: Network = {
      inputShape: [latentSize],
      outputShape: [...image, full.out_channels],
      variables: () => owned('decoder'),
      apply: (z) => tidy(() => mul(add(decode(reshape(z, [-1, ...code, full.latent_channels])), 1), 0.5)),
    }
    const pieces = { likelihood: gaussianLikelihood({ deviation: 0.1 }), head: linearHead() }
    const network = { kind: 'autoencoderKl', ...full } as unknown as JsonObject
    const shape = [...image, full.in_channels]
    const made = vae({ shape, latentSize, encoder: coder, decoder: maker, network, ...pieces })
    return { ...made, weights, peerConfig: full }
  })
}

/** The weights that the autoencoder of a config will have; nothing is allocated. */
export function autoencoderKlPlan(config: unknown): WeightShape[] {
  const weights: WeightShape[] = []
  maps(parameters(plannedWeights(weights)), autoencoderKlConfig(config))
  return weights
}

interface Maps {
  readonly encode: (x: Tensor) => Tensor
  readonly decode: (z: Tensor) => Tensor
}

function maps(own: Parameters, config: FullAutoencoderKlConfig): Maps {
  const { latent_channels: channels, use_quant_conv, use_post_quant_conv } = config
  const enter = encoder(own.at('encoder'), config, 2 * channels)
  const leave = decoder(own.at('decoder'), config, channels)
  const same = (x: Tensor) => x
  const both = { inputs: 2 * channels, outputs: 2 * channels, size: 1 }
  const after = use_quant_conv ? own.convolution('quant_conv', both) : same
  const one = { inputs: channels, outputs: channels, size: 1 }
  const before = use_post_quant_conv ? own.convolution('post_quant_conv', one) : same
  return { encode: (x) => after(enter(x)), decode: (z) => leave(before(z)) }
}

/** Means of all pixels, then their log-variances, which diffusers clips. */
function flatMoments(moments: Tensor): Tensor {
  const [mean, logVariance] = split(moments, 2, 3) as [Tensor, Tensor]
  const flat = (x: Tensor) => reshape(x, [x.shape[0], x.size / x.shape[0]])
  return concat([flat(mean), flat(clipByValue(logVariance, -30, 20))], 1)
}

/** The variables of one half: the map between it and the codes is the half's. */
function variablesOf(weights: readonly NamedWeight[], half: 'encoder' | 'decoder'): NamedWeight['variable'][] {
  const beside = half === 'encoder' ? 'quant_conv' : 'post_quant_conv'
  return weights
    .filter(({ name }) => name.startsWith(`${half}.`) || name.startsWith(`${beside}.`))
    .map(({ variable }) => variable)
}
