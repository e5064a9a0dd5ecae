/** A level of the U-Net on the way up. @module */
import { add, concat, type Tensor } from '@tensorflow/tfjs-core'
import { attentionBlock } from '../layers/attention-block.ts'
import { normalize } from '../layers/normalize.ts'
import { double } from '../layers/resample.ts'
import { type Block, resnetBlock, type Told } from '../layers/resnet-block.ts'
import type { Parameters } from '../weights/parameters.ts'
import { attentionOptions, kindOf, type LevelKind, resnetOptions, skipGroups } from './block-options.ts'
import type { FullUnet2DConfig } from './config.ts'

/** Where a level is, and its channels. */
export interface UpBlockOptions {
  readonly type: string
  /** Channels of what comes from below, of the level, and of the last of what is seen again. */
  readonly below: number
  readonly outputs: number
  readonly lastSeen: number
  /** Whether the size is the same after it. */
  readonly isLast: boolean
}

/** Features, and the picture beside them, where there is one yet. */
export interface Upward {
  readonly x: Tensor
  readonly picture: Tensor | undefined
}

/** What a level is called with: `seen` are the features of the way down, the latest last. */
export type UpBlock = (from: Upward, seen: readonly Tensor[], told: Told) => Upward

/** Residual blocks beside what the way down has seen, each perhaps with attention, then twice the size. */
export function upBlock(own: Parameters, config: FullUnet2DConfig, options: UpBlockOptions): UpBlock {
  const { type, below, outputs, lastSeen, isLast } = options
  const kind = kindOf(type)
  const common = resnetOptions(config, kind)
  const blocks: Block[] = []
  for (let i = 0; i <= config.layers_per_block; i++) {
    const [from, seen] = [i === 0 ? below : outputs, i === config.layers_per_block ? lastSeen : outputs]
    const groups = groupsOf(config, kind, { from, seen, outputs })
    blocks.push(resnetBlock(own.at(`resnets.${i}`), { ...common, inputs: from + seen, outputs, groups }))
  }
  // A level with a picture beside it attends once, after its blocks; others after each block.
  const attentions = kind.attends ? (kind.skips ? 1 : blocks.length) : 0
  const attend = Array.from({ length: attentions }, (_, i) =>
    attentionBlock(own.at(`attentions.${i}`), attentionOptions(config, outputs, kind)),
  )
  const grow = kind.skips ? growing(own, config, outputs, isLast) : plainGrowing(own, config, outputs, kind, isLast)
  return ({ x, picture }, seen, told) => {
    let h = x
    for (const [i, block] of blocks.entries()) {
      h = block(concat([h, seen[seen.length - 1 - i]!], 3), told)
      if (!kind.skips) h = attend[i]?.(h) ?? h
    }
    if (kind.skips) h = attend[0]?.(h) ?? h
    return grow({ x: h, picture }, told)
  }
}

interface Joined {
  readonly from: number
  readonly seen: number
  readonly outputs: number
}

function groupsOf(config: FullUnet2DConfig, kind: LevelKind, { from, seen, outputs }: Joined): [number, number] {
  if (!kind.skips) return [config.norm_num_groups, config.norm_num_groups]
  // diffusers divides only the second summand where the level attends, which files have to be read with.
  const first = kind.attends ? Math.min(from + Math.floor(seen / 4), 32) : skipGroups(from + seen)
  return [first, skipGroups(outputs)]
}

type Growing = (from: Upward, told: Told) => Upward

/** Twice the size, with what the level adds to the picture beside it. */
function growing(own: Parameters, config: FullUnet2DConfig, channels: number, isLast: boolean): Growing {
  const larger = (picture: Tensor | undefined) => picture && double(picture, 'fir')
  if (isLast) return ({ x, picture }) => ({ x, picture: larger(picture) })
  const groups = skipGroups(channels)
  const options = { ...resnetOptions(config, { skips: true }), inputs: channels, outputs: channels, shortcut: true }
  const resample = { to: 'double', by: 'fir' } as const
  const block = resnetBlock(own.at('resnet_up'), { ...options, groups: [groups, groups], resample })
  const see = own.convolution('skip_conv', { inputs: channels, outputs: 3, size: 3 })
  const norm = normalize(own, 'skip_norm', { channels, groups, epsilon: config.norm_eps, activation: 'silu' })
  return ({ x, picture }, told) => {
    const [before, added] = [larger(picture), see(norm(x))]
    return { x: block(x, told), picture: before ? add(before, added) : added }
  }
}

function plainGrowing(
  own: Parameters,
  config: FullUnet2DConfig,
  channels: number,
  kind: LevelKind,
  isLast: boolean,
): Growing {
  if (isLast) return (from) => from
  if (kind.resnetSampling || (kind.attends && config.upsample_type === 'resnet')) {
    const groups = [config.norm_num_groups, config.norm_num_groups] as const
    const options = { ...resnetOptions(config, kind), inputs: channels, outputs: channels, groups }
    const block = resnetBlock(own.at('upsamplers.0'), { ...options, resample: { to: 'double', by: 'plain' } })
    return ({ x, picture }, told) => ({ x: block(x, told), picture })
  }
  const convolve = own.convolution('upsamplers.0.conv', { inputs: channels, outputs: channels, size: 3 })
  return ({ x, picture }) => ({ x: convolve(double(x)), picture })
}
