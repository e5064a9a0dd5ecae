/** Group normalization and any activation. @module */
import { groupNorm } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Activation, activate } from './activate.ts'

/** Options of {@link groupNormActivate}. */
export interface GroupNormActivateOptions {
  groups: number
  epsilon?: number
  activation: Activation
}

/** `activation(groupNorm(x)·scale + offset)`; SiLU runs in the same kernel where the backend has one. */
export function groupNormActivate(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  { groups, epsilon = 1e-5, activation }: GroupNormActivateOptions,
): Tensor {
  const fused = activation === 'silu' ? 'silu' : 'linear'
  const y = groupNorm(x, scale, offset, { groups, epsilon, activation: fused })
  return fused === activation ? y : activate(y, activation)
}
