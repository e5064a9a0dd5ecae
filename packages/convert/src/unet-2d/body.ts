/** diffusers' U-Net from its input to its output. @module */
import type { Key } from '@gen/backend'
import { add, div, mul, reshape, sub, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import { dropBy } from '../layers/drop.ts'
import { middleBlock } from '../layers/middle-block.ts'
import { normalize } from '../layers/normalize.ts'
import type { Block } from '../layers/resnet-block.ts'
import type { Parameters } from '../weights/parameters.ts'
import { attentionOptions, resnetOptions } from './block-options.ts'
import type { FullUnet2DConfig } from './config.ts'
import { downBlock } from './down-block.ts'
import { embedding } from './embedding.ts'
import { upBlock } from './up-block.ts'

/** What the network is called with. */
export interface Call {
  readonly x: Tensor
  readonly timestep: Tensor1D
  readonly label: Tensor | undefined
  /** Draws what dropout drops; nothing is dropped without. */
  readonly key?: Key | undefined
}

/** The network's function; its weights are made in the order of the module's. */
export function unet2DBody(own: Parameters, config: FullUnet2DConfig): (call: Call) => Tensor {
  const widths = config.block_out_channels
  const [first, last] = [widths[0]!, widths.at(-1)!]
  const enter = own.convolution('conv_in', { inputs: config.in_channels, outputs: first, size: 3 })
  const embed = embedding(own, config)
  const downs = downBlocks(own, config)
  const middle = config.mid_block_type === null ? undefined : middleOf(own, config, last)
  const ups = upBlocks(own, config)
  const norm = {
    channels: first,
    groups: config.norm_num_groups,
    epsilon: config.norm_eps,
    activation: 'silu',
  } as const
  const leave = normalize(own, 'conv_norm_out', norm)
  const out = own.convolution('conv_out', { inputs: first, outputs: config.out_channels, size: 3 })
  return ({ x: given, timestep, label, key }) => {
    const told = { embedding: embed(timestep, label), drop: dropBy(config.dropout, key) }
    const x = config.center_input_sample ? sub(mul(given, 2), 1) : given
    let down = { x: enter(x), picture: x }
    const seen: Tensor[] = [down.x]
    for (const block of downs) {
      const { seen: more, ...next } = block(down.x, down.picture, told)
      seen.push(...more)
      down = next
    }
    let up: { x: Tensor; picture: Tensor | undefined } = { x: middle?.(down.x, told) ?? down.x, picture: undefined }
    for (const block of ups) up = block(up, seen.splice(-(config.layers_per_block + 1)), told)
    const y = out(leave(up.x))
    const whole = up.picture ? add(y, up.picture) : y
    if (config.time_embedding_type !== 'fourier') return whole
    return div(whole, reshape(timestep, [-1, 1, 1, 1]))
  }
}

function downBlocks(own: Parameters, config: FullUnet2DConfig): ReturnType<typeof downBlock>[] {
  const widths = config.block_out_channels
  return config.down_block_types.map((type, level) => {
    const [inputs, outputs] = [widths[Math.max(0, level - 1)]!, widths[level]!]
    const isLast = level === widths.length - 1
    return downBlock(own.at(`down_blocks.${level}`), config, { type, inputs, outputs, isLast })
  })
}

function upBlocks(own: Parameters, config: FullUnet2DConfig): ReturnType<typeof upBlock>[] {
  const widths = [...config.block_out_channels].reverse()
  const deepest = widths.length - 1
  return config.up_block_types.map((type, level) => {
    const [below, outputs] = [widths[Math.max(0, level - 1)]!, widths[level]!]
    const options = { type, below, outputs, lastSeen: widths[Math.min(level + 1, deepest)]!, isLast: level === deepest }
    return upBlock(own.at(`up_blocks.${level}`), config, options)
  })
}

function middleOf(own: Parameters, config: FullUnet2DConfig, channels: number): Block {
  const scale = config.mid_block_scale_factor
  const groups = [config.norm_num_groups, config.norm_num_groups] as const
  const plain = { skips: false }
  const resnet = { ...resnetOptions(config, plain), inputs: channels, outputs: channels, groups, scale }
  const standard = config.resnet_time_scale_shift === 'default' ? config.norm_num_groups : undefined
  const attention = {
    ...attentionOptions(config, channels, plain),
    groups: config.attn_norm_num_groups ?? standard,
    scale,
  }
  return middleBlock(own.at('mid_block'), { resnet, attention: config.add_attention ? attention : undefined })
}
