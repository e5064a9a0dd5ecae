/** The configs of diffusers' autoencoders. @module */
import { configFields, parseConfig, refusal } from '@gen/backend'
import * as v from 'valibot'
import { type ActivationName, activationNames } from '../layers/activation.ts'

const { size } = configFields
const channels = (value: number) => v.optional(size, value)
const flag = (value: boolean) => v.optional(v.boolean(), value)
const positive = v.pipe(v.number(), v.minValue(2 ** -60), v.maxValue(2 ** 60))

/** Options of both autoencoders. */
const common = {
  in_channels: channels(3),
  out_channels: channels(3),
  down_block_types: v.optional(v.array(v.picklist(['DownEncoderBlock2D', 'AttnDownEncoderBlock2D'])), [
    'DownEncoderBlock2D',
  ]),
  up_block_types: v.optional(v.array(v.picklist(['UpDecoderBlock2D', 'AttnUpDecoderBlock2D'])), ['UpDecoderBlock2D']),
  block_out_channels: v.optional(v.pipe(v.array(size), v.minLength(1), v.maxLength(16)), [64]),
  layers_per_block: v.optional(v.pipe(size, v.maxValue(64)), 1),
  act_fn: v.optional(v.picklist(activationNames), 'silu'),
  norm_num_groups: channels(32),
  sample_size: v.optional(v.union([size, v.tuple([size, size])]), 32),
  scaling_factor: v.optional(positive, 0.18215),
  mid_block_add_attention: flag(true),
}

const klSchema = v.strictObject({
  ...common,
  latent_channels: channels(4),
  shift_factor: v.optional(v.nullable(v.number()), null),
  latents_mean: v.optional(v.null(), null),
  latents_std: v.optional(v.null(), null),
  force_upcast: flag(true),
  use_quant_conv: flag(true),
  use_post_quant_conv: flag(true),
})

const vqSchema = v.strictObject({
  ...common,
  latent_channels: channels(3),
  num_vq_embeddings: channels(256),
  vq_embed_dim: v.optional(v.nullable(size), null),
  norm_type: v.optional(v.literal('group'), 'group'),
  lookup_from_codebook: flag(false),
  force_upcast: flag(false),
})

/** What encoder and decoder are made of, by diffusers' own names. */
export interface AutoencoderConfig {
  readonly in_channels: number
  readonly out_channels: number
  readonly down_block_types: readonly ('DownEncoderBlock2D' | 'AttnDownEncoderBlock2D')[]
  readonly up_block_types: readonly ('UpDecoderBlock2D' | 'AttnUpDecoderBlock2D')[]
  readonly block_out_channels: readonly number[]
  readonly layers_per_block: number
  readonly act_fn: ActivationName
  readonly norm_num_groups: number
  /** Height and width, or one number for both. */
  readonly sample_size: number | readonly [number, number]
  readonly scaling_factor: number
  readonly mid_block_add_attention: boolean
}

/** The config of an `AutoencoderKL` with diffusers' defaults. */
export interface FullAutoencoderKlConfig extends AutoencoderConfig {
  readonly latent_channels: number
  readonly shift_factor: number | null
  readonly latents_mean: null
  readonly latents_std: null
  readonly force_upcast: boolean
  readonly use_quant_conv: boolean
  readonly use_post_quant_conv: boolean
}

/** The config of a `VQModel` with diffusers' defaults. */
export interface FullVqModelConfig extends AutoencoderConfig {
  readonly latent_channels: number
  readonly num_vq_embeddings: number
  readonly vq_embed_dim: number | null
  readonly norm_type: 'group'
  readonly lookup_from_codebook: boolean
  readonly force_upcast: boolean
}

/** The config of an `AutoencoderKL`, by diffusers' own names; what is left out is diffusers' default. */
export type AutoencoderKlConfig = Partial<FullAutoencoderKlConfig>

/** The config of a `VQModel`, by diffusers' own names; what is left out is diffusers' default. */
export type VqModelConfig = Partial<FullVqModelConfig>

/**
 * Reads the config of an `AutoencoderKL`.
 *
 * @throws GenError `config`.
 */
export function autoencoderKlConfig(json: unknown): FullAutoencoderKlConfig {
  return checked('convert.autoencoderKl', parseConfig('convert.autoencoderKl', 'an AutoencoderKL', klSchema, own(json)))
}

/**
 * Reads the config of a `VQModel`.
 *
 * @throws GenError `config`.
 */
export function vqModelConfig(json: unknown): FullVqModelConfig {
  return checked('convert.vqModel', parseConfig('convert.vqModel', 'a VQModel', vqSchema, own(json)))
}

/** Members whose names begin with `_` are diffusers' own. */
function own(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
  return Object.fromEntries(Object.entries(json).filter(([name]) => !name.startsWith('_')))
}

/** `[height, width]` of the images, and of the codes. */
export function sizesOf({ sample_size, block_out_channels }: AutoencoderConfig): {
  readonly image: readonly [number, number]
  readonly code: readonly [number, number]
} {
  const [height, width = height] = typeof sample_size === 'number' ? [sample_size] : sample_size
  const factor = 2 ** (block_out_channels.length - 1)
  return { image: [height, width], code: [height / factor, width / factor] }
}

function checked<C extends AutoencoderConfig>(where: string, config: C): C {
  const { down_block_types: down, up_block_types: up, block_out_channels: widths } = config
  if (down.length !== widths.length || up.length !== widths.length) {
    const got = `${down.length} and ${up.length}`
    throw refusal('config', where, { expected: `${widths.length} blocks down and up, as block_out_channels`, got })
  }
  const { image, code } = sizesOf(config)
  if (code.every(Number.isInteger)) return config
  const expected = `a sample_size that ${2 ** (widths.length - 1)} divides`
  throw refusal('config', where, { expected, got: `[${image}]` })
}
