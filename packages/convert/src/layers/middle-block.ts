/** The middle of diffusers' networks: a residual block, attention, a residual block. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Parameters } from '../weights/parameters.ts'
import { type AttentionBlockOptions, attentionBlock } from './attention-block.ts'
import { type Block, type ResnetBlockOptions, resnetBlock } from './resnet-block.ts'

/** What the middle is made from. */
export interface MiddleBlockOptions {
  readonly resnet: ResnetBlockOptions
  /** None for a middle without attention. */
  readonly attention: AttentionBlockOptions | undefined
}

/** The middle block. */
export function middleBlock(own: Parameters, { resnet, attention }: MiddleBlockOptions): Block {
  const first = resnetBlock(own.at('resnets.0'), resnet)
  const attend = attention ? attentionBlock(own.at('attentions.0'), attention) : (x: Tensor) => x
  const second = resnetBlock(own.at('resnets.1'), resnet)
  return (x, told) => second(attend(first(x, told)), told)
}
