/** Layer normalization of each place. @module */
import { groupNorm } from '@gen/backend'
import { reshape, type Tensor } from '@tensorflow/tfjs-core'

/** Normalizes the channels of each place by themselves, `[…, c]`: one group, and each place a sample. */
export function normalizeRows(x: Tensor, scale: Tensor, offset: Tensor): Tensor {
  const rows = reshape(x, [-1, x.shape.at(-1)!])
  return reshape(groupNorm(rows, scale, offset, { groups: 1 }), x.shape)
}
