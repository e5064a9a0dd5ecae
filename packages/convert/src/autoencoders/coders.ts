/** The encoder and the decoder of diffusers' autoencoders. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import { attentionBlock } from '../layers/attention-block.ts'
import { middleBlock } from '../layers/middle-block.ts'
import { normalize } from '../layers/normalize.ts'
import { border, double } from '../layers/resample.ts'
import { type Block, type ResnetBlockOptions, resnetBlock } from '../layers/resnet-block.ts'
import type { Parameters } from '../weights/parameters.ts'
import type { AutoencoderConfig } from './config.ts'

type Map = (x: Tensor) => Tensor

/** Added to variances, whatever the config. */
const epsilon = 1e-6
const told = { drop: (x: Tensor) => x }
const alone =
  (block: Block): Map =>
  (x) =>
    block(x, told)
const chain =
  (maps: readonly Map[]): Map =>
  (x) =>
    maps.reduce((h, map) => map(h), x)

/** Images to `channels` of the code's size. */
export function encoder(own: Parameters, config: AutoencoderConfig, channels: number): Map {
  const widths = config.block_out_channels
  const maps = [own.convolution('conv_in', { inputs: config.in_channels, outputs: widths[0]!, size: 3 })]
  for (const [level, type] of config.down_block_types.entries()) {
    const [block, width] = [own.at(`down_blocks.${level}`), widths[level]!]
    const sizes = { inputs: widths[Math.max(0, level - 1)]!, outputs: width, blocks: config.layers_per_block }
    maps.push(...levelMaps(block, config, { ...sizes, attends: type.startsWith('Attn') }))
    if (level === widths.length - 1) continue
    const half = block.convolution('downsamplers.0.conv', { inputs: width, outputs: width, size: 3, stride: 2 })
    maps.push((x) => half(border(x, 0, 1)))
  }
  const last = widths.at(-1)!
  return chain([...maps, middle(own, config, last), ...ending(own, config, last, channels)])
}

/** Codes to images. */
export function decoder(own: Parameters, config: AutoencoderConfig, channels: number): Map {
  const widths = [...config.block_out_channels].reverse()
  const first = widths[0]!
  const maps = [own.convolution('conv_in', { inputs: channels, outputs: first, size: 3 }), middle(own, config, first)]
  for (const [level, type] of config.up_block_types.entries()) {
    const [block, width] = [own.at(`up_blocks.${level}`), widths[level]!]
    const sizes = { inputs: widths[Math.max(0, level - 1)]!, outputs: width, blocks: config.layers_per_block + 1 }
    maps.push(...levelMaps(block, config, { ...sizes, attends: type.startsWith('Attn') }))
    if (level === widths.length - 1) continue
    const convolve = block.convolution('upsamplers.0.conv', { inputs: width, outputs: width, size: 3 })
    maps.push((x) => convolve(double(x)))
  }
  return chain([...maps, ...ending(own, config, widths.at(-1)!, config.out_channels)])
}

interface LevelOptions {
  readonly inputs: number
  readonly outputs: number
  readonly blocks: number
  readonly attends: boolean
}

function levelMaps(
  own: Parameters,
  config: AutoencoderConfig,
  { inputs, outputs, blocks, attends }: LevelOptions,
): Map[] {
  return Array.from({ length: blocks }, (_, i) => {
    const block = resnetBlock(own.at(`resnets.${i}`), resnet(config, i === 0 ? inputs : outputs, outputs))
    const attend = attends ? attentionBlock(own.at(`attentions.${i}`), attention(config, outputs)) : undefined
    return chain(attend ? [alone(block), attend] : [alone(block)])
  })
}

function middle(own: Parameters, config: AutoencoderConfig, channels: number): Map {
  const attend = config.mid_block_add_attention ? attention(config, channels) : undefined
  return alone(middleBlock(own.at('mid_block'), { resnet: resnet(config, channels, channels), attention: attend }))
}

function ending(own: Parameters, config: AutoencoderConfig, inputs: number, outputs: number): Map[] {
  const norm = { channels: inputs, groups: config.norm_num_groups, epsilon, activation: 'silu' } as const
  return [normalize(own, 'conv_norm_out', norm), own.convolution('conv_out', { inputs, outputs, size: 3 })]
}

function resnet(config: AutoencoderConfig, inputs: number, outputs: number): ResnetBlockOptions {
  const groups = [config.norm_num_groups, config.norm_num_groups] as const
  return { inputs, outputs, groups, epsilon, activation: config.act_fn }
}

function attention(config: AutoencoderConfig, channels: number) {
  return { channels, headSize: channels, groups: config.norm_num_groups, epsilon }
}
