/** The U-Net of diffusers' image pipelines, as a network of ours. @module */
import { allOrNothing, assertKey, assertShape, type JsonObject, type Key, key as keyOf, refusal } from '@gen/backend'
import type { DenoisingNetwork } from '@gen/diffusion'
import { concat, dispose, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { NamedWeight, WeightShape } from '../weights/named-weight.ts'
import { drawnWeights, parameters, plannedWeights } from '../weights/parameters.ts'
import { type Call, unet2DBody } from './body.ts'
import { imageSize, type Unet2DConfig, unet2DConfig } from './config.ts'
import { embeddingSize } from './embedding.ts'
import { type NetworkTimeConfig, networkTime } from './network-time.ts'

/** Options of {@link unet2D}. */
export interface Unet2DOptions {
  /** Draws the weights. @default key(0) */
  readonly key?: Key
  /** What the network calls time. @default the steps of `discreteSchedule()`; σ for Fourier embeddings */
  readonly time?: NetworkTimeConfig
}

/** A {@link DenoisingNetwork} of diffusers' make, that owns its weights. */
export interface Unet2D extends DenoisingNetwork {
  readonly config: JsonObject & { readonly kind: 'unet2D' }
  /** All weights by the names of PyTorch's module. */
  readonly weights: readonly NamedWeight[]
  /**
   * The network as diffusers calls it.
   *
   * @param x - `[batch, height, width, in_channels]`.
   * @param timestep - `[batch]`, in the network's own time.
   * @param label - Classes `[batch]`, or vectors `[batch, size]` for `class_embed_type: 'identity'`.
   */
  predict(x: Tensor, timestep: Tensor1D, label?: Tensor): Tensor
  dispose(): void
}

const where = 'convert.unet2D'
const standardTime: NetworkTimeConfig = {
  kind: 'steps',
  steps: 1000,
  schedule: { kind: 'discrete', betas: 'linear', steps: 1000, betaStart: 0.0001, betaEnd: 0.02 },
}

/**
 * Makes diffusers' `UNet2DModel` of its config: all block types, attention, time and class embeddings and options of 0.42. As a network of
 * `diffusion` it predicts from x of unit variance and a signal ratio, which it turns into a timestep of its own; more channels in than out
 * are those of an image beside x; `class_embed_type: 'identity'` takes the vector that `augmentation` gives, of `time_embedding_dim` numbers.
 *
 * @throws GenError `config` for a config that diffusers would not build either, `range` for weights beyond what is allocated at once.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @see Score-based generative modeling through SDEs (Song et al., 2021), for the blocks with Skip https://arxiv.org/abs/2011.13456
 * @example
 * const types = { down_block_types: ['DownBlock2D', 'AttnDownBlock2D'], up_block_types: ['AttnUpBlock2D', 'UpBlock2D'] }
 * const network = unet2D({ ...types, sample_size: 16, block_out_channels: [16, 32], norm_num_groups: 8 }, { key: key(1) })
 * const denoiser = diffusion({ network, schedule: discreteSchedule() })
 */
export function unet2D(config: Unet2DConfig, { key = keyOf(0), time }: Unet2DOptions = {}): Unet2D {
  assertKey(where, 'key', key)
  const full = unet2DConfig(config)
  const ownTime = time ?? (full.time_embedding_type === 'fourier' ? ({ kind: 'sigma' } as const) : standardTime)
  const called = networkTime(ownTime)
  const weights: NamedWeight[] = []
  const body = allOrNothing(() => unet2DBody(parameters(drawnWeights({ where, key, into: weights })), full))
  const sides = imageSize(full)
  const run = (call: Call): Tensor => {
    assertShape(where, 'x', call.x, [null, ...sides, full.in_channels])
    return tidy(() => body(call))
  }
  // Channels beyond those of the data are an image's beside it.
  const beside = full.in_channels - full.out_channels
  const isVector = full.class_embed_type === 'identity'
  const variables = weights.map(({ variable }) => variable)
  return {
    shape: [...sides, full.out_channels],
    config: { kind: 'unet2D', ...full, time: ownTime } as Unet2D['config'],
    takes: {
      label: !isVector && (full.class_embed_type !== null || full.num_class_embeds !== null),
      context: beside > 0 ? [...sides, beside] : null,
      augmentation: isVector ? embeddingSize(full) : 0,
    },
    weights,
    variables: () => variables.filter(({ trainable }) => trainable),
    state: () => variables.filter(({ trainable }) => !trainable),
    predict: (x, timestep, label) => run({ x, timestep, label }),
    denoise: (x, alpha, condition = {}, { training = false, key: drawn } = {}) =>
      tidy(() => {
        const scaled = called.input(x, alpha)
        const seen = beside > 0 && condition.context ? concat([scaled, condition.context], 3) : scaled
        const label = isVector ? condition.augmentation : condition.label
        return run({ x: seen, timestep: called.time(alpha), label, ...(training && { key: drawn }) })
      }),
    dispose: () => dispose([...variables]),
  }
}

/**
 * The weights that the network of a config will have.
 *
 * @throws GenError as {@link unet2D}; nothing is allocated.
 */
export function unet2DPlan(config: unknown): WeightShape[] {
  const weights: WeightShape[] = []
  unet2DBody(parameters(plannedWeights(weights)), unet2DConfig(config))
  return weights
}

/**
 * Builds the network of its `config`: what `diffusionFromConfig` of `@gen/diffusion` asks for as its `network`.
 *
 * @throws GenError `config` for what no {@link unet2D} gives as its config.
 * @example
 * const one = { block_out_channels: [8], norm_num_groups: 4, down_block_types: ['DownBlock2D'], up_block_types: ['UpBlock2D'] }
 * const copy = unet2DFromConfig(unet2D({ ...one, sample_size: 8 }).config, key(1))
 */
export function unet2DFromConfig(config: unknown, key?: Key): Unet2D {
  if (typeof config !== 'object' || config === null || !('kind' in config) || config.kind !== 'unet2D') {
    const got = JSON.stringify(config)
    throw refusal('config', 'convert.unet2DFromConfig', { expected: 'the config of a unet2D', got })
  }
  const { kind: _, time, ...options } = config as { kind: unknown; time?: NetworkTimeConfig }
  return unet2D(unet2DConfig(options), { ...(key && { key }), ...(time && { time }) })
}

/**
 * Whether a diffusion model's network is of diffusers' make: `diffusionToDiffusers` writes it.
 *
 * @example
 * const one = { block_out_channels: [8], norm_num_groups: 4, down_block_types: ['DownBlock2D'], up_block_types: ['UpBlock2D'] }
 * isUnet2D(unet2D({ ...one, sample_size: 8 })) // true
 */
export function isUnet2D(network: object): network is Unet2D {
  return 'weights' in network && 'config' in network && kindOf(network.config) === 'unet2D'
}

function kindOf(config: unknown): unknown {
  return typeof config === 'object' && config !== null && 'kind' in config ? config.kind : undefined
}
