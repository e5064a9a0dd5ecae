/** The config of diffusers' UNet2DModel: its names, its defaults, checked. @module */
import { configFields, parseConfig, refusal } from '@gen/backend'
import * as v from 'valibot'
import { type ActivationName, activationNames } from '../layers/activation.ts'

const where = 'convert.unet2D'

/** Kinds of blocks on the way down. */
export const downBlockTypes: readonly string[] = [
  'DownBlock2D',
  'AttnDownBlock2D',
  'ResnetDownsampleBlock2D',
  'SkipDownBlock2D',
  'AttnSkipDownBlock2D',
]

/** Kinds of blocks on the way up. */
export const upBlockTypes: readonly string[] = [
  'UpBlock2D',
  'AttnUpBlock2D',
  'ResnetUpsampleBlock2D',
  'SkipUpBlock2D',
  'AttnSkipUpBlock2D',
]

/** The config of a `UNet2DModel`, by diffusers' own names; what is left out is diffusers' default. */
export interface Unet2DConfig {
  /** Height and width, or one number for both. */
  sample_size: number | [number, number]
  /** Channels of the input; more than `out_channels` are those of an image beside it. @default 3 */
  in_channels?: number
  /** @default 3 */
  out_channels?: number
  /** Whether the input is in [0, 1], and mapped to [−1, 1]. @default false */
  center_input_sample?: boolean
  /** @default 'positional' */
  time_embedding_type?: 'positional' | 'fourier' | 'learned'
  /** @default 4 · block_out_channels[0] */
  time_embedding_dim?: number | null
  /** @default 0 */
  freq_shift?: number
  /** @default true */
  flip_sin_to_cos?: boolean
  /** `DownBlock2D`, `AttnDownBlock2D`, `ResnetDownsampleBlock2D`, `SkipDownBlock2D` or `AttnSkipDownBlock2D`, from full size down. */
  down_block_types?: string[]
  /** @default 'UNetMidBlock2D' */
  mid_block_type?: 'UNetMidBlock2D' | null
  /** `UpBlock2D`, `AttnUpBlock2D`, `ResnetUpsampleBlock2D`, `SkipUpBlock2D` or `AttnSkipUpBlock2D`, from the smallest size up. */
  up_block_types?: string[]
  /** @default [224, 448, 672, 896] */
  block_out_channels?: number[]
  /** @default 2 */
  layers_per_block?: number
  /** @default 1 */
  mid_block_scale_factor?: number
  /** 0 pads below and to the right alone. @default 1 */
  downsample_padding?: number
  /** Of blocks with attention. @default 'conv' */
  downsample_type?: 'conv' | 'resnet'
  /** Of blocks with attention. @default 'conv' */
  upsample_type?: 'conv' | 'resnet'
  /** @default 0 */
  dropout?: number
  /** @default 'silu' */
  act_fn?: ActivationName
  /** Channels of an attention head; null is all. @default 8 */
  attention_head_dim?: number | null
  /** @default 32 */
  norm_num_groups?: number
  /** @default null */
  attn_norm_num_groups?: number | null
  /** @default 1e-5 */
  norm_eps?: number
  /** @default 'default' */
  resnet_time_scale_shift?: 'default' | 'scale_shift'
  /** Whether the middle has attention. @default true */
  add_attention?: boolean
  /** @default null */
  class_embed_type?: 'timestep' | 'identity' | null
  /** @default null */
  num_class_embeds?: number | null
  /** Of `learned` time embeddings. @default null */
  num_train_timesteps?: number | null
}

const { size, count, finite } = configFields
const option = <T extends readonly string[]>(names: T) => v.picklist(names)
const channels = v.optional(size, 3)
const nullableSize = v.optional(v.nullable(size), null)
const flag = (value: boolean) => v.optional(v.boolean(), value)
const positive = v.pipe(v.number(), v.minValue(2 ** -60), v.maxValue(2 ** 60))

const schema = v.strictObject({
  sample_size: v.union([size, v.tuple([size, size])]),
  in_channels: channels,
  out_channels: channels,
  center_input_sample: flag(false),
  time_embedding_type: v.optional(option(['positional', 'fourier', 'learned'] as const), 'positional'),
  time_embedding_dim: nullableSize,
  freq_shift: v.optional(finite, 0),
  flip_sin_to_cos: flag(true),
  down_block_types: v.optional(v.array(v.string()), ['DownBlock2D', ...Array<string>(3).fill('AttnDownBlock2D')]),
  mid_block_type: v.optional(v.nullable(v.literal('UNetMidBlock2D')), 'UNetMidBlock2D'),
  up_block_types: v.optional(v.array(v.string()), [...Array<string>(3).fill('AttnUpBlock2D'), 'UpBlock2D']),
  block_out_channels: v.optional(v.pipe(v.array(size), v.minLength(1), v.maxLength(16)), [224, 448, 672, 896]),
  layers_per_block: v.optional(v.pipe(size, v.maxValue(64)), 2),
  mid_block_scale_factor: v.optional(positive, 1),
  downsample_padding: v.optional(v.pipe(count, v.maxValue(1)), 1),
  downsample_type: v.optional(option(['conv', 'resnet'] as const), 'conv'),
  upsample_type: v.optional(option(['conv', 'resnet'] as const), 'conv'),
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(0.95)), 0),
  act_fn: v.optional(option(activationNames), 'silu'),
  attention_head_dim: v.optional(v.nullable(size), 8),
  norm_num_groups: v.optional(size, 32),
  attn_norm_num_groups: nullableSize,
  norm_eps: v.optional(positive, 1e-5),
  resnet_time_scale_shift: v.optional(option(['default', 'scale_shift'] as const), 'default'),
  add_attention: flag(true),
  class_embed_type: v.optional(v.nullable(option(['timestep', 'identity'] as const)), null),
  num_class_embeds: nullableSize,
  num_train_timesteps: nullableSize,
})

/** A config with its defaults. */
export type FullUnet2DConfig = Required<Unet2DConfig>

/**
 * Reads a config from unknown data, and fills diffusers' defaults in. Members whose names begin with `_` are left out.
 *
 * @throws GenError `config` for what is no config of a network that we can build.
 */
export function unet2DConfig(json: unknown): FullUnet2DConfig {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
  const own = isObject ? Object.fromEntries(Object.entries(json).filter(([name]) => !name.startsWith('_'))) : json
  const config = parseConfig(where, 'the config of a UNet2DModel', schema, own)
  checkBlocks(config)
  checkTime(config)
  return config
}

/** `[height, width]`. */
export function imageSize({ sample_size }: Pick<FullUnet2DConfig, 'sample_size'>): [number, number] {
  const [height, width = height] = Array.isArray(sample_size) ? sample_size : [sample_size]
  return [height, width]
}

function checkBlocks(config: FullUnet2DConfig): void {
  const { down_block_types: down, up_block_types: up, block_out_channels: widths } = config
  const refuse = (expected: string, got: unknown) => {
    throw refusal('config', where, { expected, got })
  }
  if (down.length !== widths.length || up.length !== widths.length) {
    refuse(`${widths.length} blocks down and up, as block_out_channels`, `${down.length} and ${up.length}`)
  }
  const unknown = [...down.map((name) => [name, downBlockTypes]), ...up.map((name) => [name, upBlockTypes])] as const
  for (const [name, known] of unknown as [string, readonly string[]][]) {
    if (!known.includes(name)) refuse(`blocks of ${known.join(', ')}`, JSON.stringify(name))
  }
  const divisor = 2 ** (widths.length - 1)
  const sides = imageSize(config)
  if (sides.some((n) => n % divisor !== 0)) refuse(`a sample_size that ${divisor} divides`, `[${sides}]`)
  const skips = [...down, ...up].some((name) => name.includes('Skip'))
  if (skips && (config.in_channels !== 3 || config.out_channels !== 3)) {
    refuse('3 channels for blocks with Skip', `${config.in_channels} in, ${config.out_channels} out`)
  }
  checkSkips(down, up, refuse)
}

/** The picture beside the blocks changes its size in blocks with Skip alone, and there must have that of the others. */
function checkSkips(down: string[], up: string[], refuse: (expected: string, got: unknown) => void): void {
  const isSkip = (name: string) => name.includes('Skip')
  const downs = down.slice(0, -1).map(isSkip)
  if (downs.slice(downs.indexOf(false) + 1).includes(true) && downs.includes(false)) {
    refuse('blocks with Skip on the way down to come before those without', down.join(', '))
  }
  const first = up.findIndex(isSkip)
  if (first >= 0 && !up.slice(first).every(isSkip)) {
    refuse('blocks with Skip on the way up to come after those without', up.join(', '))
  }
}

function checkTime({ num_train_timesteps: steps, ...config }: FullUnet2DConfig): void {
  const refuse = (expected: string, got: unknown) => {
    throw refusal('config', where, { expected, got })
  }
  const width = config.block_out_channels[0]!
  if (config.time_embedding_type === 'learned' && steps === null) refuse('num_train_timesteps', 'none')
  if (config.time_embedding_type === 'positional' && Math.floor(width / 2) <= config.freq_shift) {
    refuse('block_out_channels[0] / 2 above freq_shift', `${width} and ${config.freq_shift}`)
  }
}
