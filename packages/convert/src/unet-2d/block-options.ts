/** What the blocks of one network share. @module */
import type { AttentionBlockOptions } from '../layers/attention-block.ts'
import type { ResnetBlockOptions } from '../layers/resnet-block.ts'
import type { FullUnet2DConfig } from './config.ts'
import { embeddingSize } from './embedding.ts'

/** A block of a level by its kind: `Attn`, `Skip`, `Resnet` in its name say what it has. */
export interface LevelKind {
  readonly attends: boolean
  readonly skips: boolean
  readonly resnetSampling: boolean
}

/** What the name of a block says. */
export function kindOf(name: string): LevelKind {
  return { attends: name.startsWith('Attn'), skips: name.includes('Skip'), resnetSampling: name.startsWith('Resnet') }
}

/** Blocks with a picture beside them divide their sums by this. */
const skipScale = Math.SQRT2

/** Groups of blocks with a picture beside them follow from the channels alone. */
export function skipGroups(channels: number): number {
  return Math.min(Math.floor(channels / 4), 32)
}

/** The options of a level's residual blocks, besides channels and groups. */
export function resnetOptions(
  config: FullUnet2DConfig,
  { skips }: Pick<LevelKind, 'skips'>,
): Omit<ResnetBlockOptions, 'inputs' | 'outputs' | 'groups'> {
  return {
    embedding: embeddingSize(config),
    epsilon: config.norm_eps,
    activation: config.act_fn,
    scaleShift: config.resnet_time_scale_shift === 'scale_shift',
    ...(skips && { scale: skipScale }),
  }
}

/** The options of a level's attention. */
export function attentionOptions(
  config: FullUnet2DConfig,
  channels: number,
  { skips }: Pick<LevelKind, 'skips'>,
): AttentionBlockOptions {
  return {
    channels,
    headSize: config.attention_head_dim ?? channels,
    groups: skips ? 32 : config.norm_num_groups,
    epsilon: config.norm_eps,
    ...(skips && { scale: skipScale }),
  }
}
