/** A level of the U-Net on the way down. @module */
import { add, type Tensor } from '@tensorflow/tfjs-core'
import { attentionBlock } from '../layers/attention-block.ts'
import { border, halve } from '../layers/resample.ts'
import { type Block, resnetBlock, type Told } from '../layers/resnet-block.ts'
import type { Parameters } from '../weights/parameters.ts'
import { attentionOptions, kindOf, type LevelKind, resnetOptions, skipGroups } from './block-options.ts'
import type { FullUnet2DConfig } from './config.ts'

/** Where a level is, and its channels. */
export interface DownBlockOptions {
  readonly type: string
  readonly inputs: number
  readonly outputs: number
  /** Whether the size is the same after it. */
  readonly isLast: boolean
}

/** The features of a level, each of which the way up sees again, and the picture beside them. */
export interface Downward {
  readonly x: Tensor
  readonly seen: readonly Tensor[]
  readonly picture: Tensor
}

/** Residual blocks, each perhaps with attention, then half the size. */
export function downBlock(
  own: Parameters,
  config: FullUnet2DConfig,
  { type, inputs, outputs, isLast }: DownBlockOptions,
): (x: Tensor, picture: Tensor, told: Told) => Downward {
  const kind = kindOf(type)
  const common = resnetOptions(config, kind)
  const groupsOf = (channels: number) => (kind.skips ? skipGroups(channels) : config.norm_num_groups)
  const blocks: ((x: Tensor, told: Told) => Tensor)[] = []
  for (let i = 0; i < config.layers_per_block; i++) {
    const from = i === 0 ? inputs : outputs
    const groups = [groupsOf(from), groupsOf(outputs)] as const
    const block = resnetBlock(own.at(`resnets.${i}`), { ...common, inputs: from, outputs, groups })
    const attend = kind.attends
      ? attentionBlock(own.at(`attentions.${i}`), attentionOptions(config, outputs, kind))
      : undefined
    blocks.push((x, told) => (attend ? attend(block(x, told)) : block(x, told)))
  }
  const half = isLast ? undefined : halving(own, config, outputs, kind)
  return (x, picture, told) => {
    const seen: Tensor[] = []
    let h = x
    for (const block of blocks) {
      h = block(h, told)
      seen.push(h)
    }
    if (!half) return { x: h, seen, picture }
    const smaller = half(h, picture, told)
    return { ...smaller, seen: [...seen, smaller.x] }
  }
}

type Halving = (x: Tensor, picture: Tensor, told: Told) => { x: Tensor; picture: Tensor }

function halving(own: Parameters, config: FullUnet2DConfig, channels: number, kind: LevelKind): Halving {
  const common = { ...resnetOptions(config, kind), inputs: channels, outputs: channels }
  if (kind.skips) {
    const group = skipGroups(channels)
    const options = { ...common, groups: [group, group] as const, shortcut: true }
    const block = resnetBlock(own.at('resnet_down'), { ...options, resample: { to: 'half', by: 'fir' } })
    const see = own.convolution('skip_conv', { inputs: 3, outputs: channels, size: 1 })
    return (x, picture, told) => {
      const smaller = halve(picture, 'fir')
      return { x: add(see(smaller), block(x, told)), picture: smaller }
    }
  }
  const plain = downsampler(own, config, channels, kind)
  return (x, picture, told) => ({ x: plain(x, told), picture })
}

function downsampler(own: Parameters, config: FullUnet2DConfig, channels: number, kind: LevelKind): Block {
  if (kind.resnetSampling || (kind.attends && config.downsample_type === 'resnet')) {
    const groups = [config.norm_num_groups, config.norm_num_groups] as const
    const common = { ...resnetOptions(config, kind), inputs: channels, outputs: channels, groups }
    return resnetBlock(own.at('downsamplers.0'), { ...common, resample: { to: 'half', by: 'plain' } })
  }
  const shape = { inputs: channels, outputs: channels, size: 3, stride: 2 }
  const convolve = own.convolution('downsamplers.0.conv', shape)
  return (x) => convolve(border(x, config.downsample_padding, 1))
}
