/** Group normalization as the blocks call it. @module */
import { groupNorm, refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Parameters } from '../weights/parameters.ts'
import { type ActivationName, activate } from './activation.ts'

/** What is normalized, and how. */
export interface NormalizeOptions {
  readonly channels: number
  readonly groups: number
  readonly epsilon: number
  /** @default none */
  readonly activation?: ActivationName
}

/**
 * Group normalization, with an activation after it.
 *
 * @throws GenError `config` for groups that do not divide the channels.
 */
export function normalize(own: Parameters, name: string, options: NormalizeOptions): (x: Tensor) => Tensor {
  const { channels, groups, epsilon, activation } = options
  if (groups < 1 || channels % groups !== 0) {
    const got = `${groups} groups of ${channels} channels`
    throw refusal('config', 'convert.normalize', { expected: `groups that divide the channels of ${name}`, got })
  }
  const { scale, offset } = own.normalization(name, channels)
  const isSilu = activation === 'silu' || activation === 'swish'
  const fused = { groups, epsilon, activation: isSilu ? 'silu' : 'linear' } as const
  return (x) => {
    const y = groupNorm(x, scale, offset, fused)
    return activation === undefined || isSilu ? y : activate[activation](y)
  }
}
