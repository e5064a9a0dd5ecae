/** Self-attention over the pixels of an image. @module */
import { attention, refusal } from '@gen/backend'
import { add, mul, reshape, type Tensor, type Tensor4D, transpose } from '@tensorflow/tfjs-core'
import type { Parameters } from '../weights/parameters.ts'
import { normalize } from './normalize.ts'

/** What an attention block is made from. */
export interface AttentionBlockOptions {
  readonly channels: number
  /** Channels of a head; there are as many heads as fit. */
  readonly headSize: number
  /** Groups of the normalization before it; none leaves it out. */
  readonly groups: number | undefined
  readonly epsilon: number
  /** What the sum of input and result is divided by. @default 1 */
  readonly scale?: number
}

/** `(x + W softmax(q kᵀ/√size) v) / scale`, with q, k, v of the normalized x. */
export function attentionBlock(own: Parameters, options: AttentionBlockOptions): (x: Tensor) => Tensor {
  const { channels, headSize, groups, epsilon, scale = 1 } = options
  const heads = Math.floor(channels / headSize)
  if (heads < 1) {
    const got = `${headSize} of ${channels} channels`
    throw refusal('config', 'convert.attentionBlock', { expected: 'attention heads no larger than the channels', got })
  }
  const size = heads * headSize
  const norm = groups === undefined ? undefined : normalize(own, 'group_norm', { channels, groups, epsilon })
  const [q, k, v] = ['to_q', 'to_k', 'to_v'].map((name) => own.linear(name, channels, size))
  const out = own.linear('to_out.0', size, channels)
  return (x) => {
    const [batch, height, width] = x.shape as [number, number, number]
    const rows = norm ? norm(x) : x
    const heard = (map: (x: Tensor) => Tensor) =>
      transpose(reshape(map(rows), [batch, height * width, heads, headSize]), [0, 2, 1, 3]) as Tensor4D
    const mixed = transpose(attention(heard(q!), heard(k!), heard(v!)), [0, 2, 1, 3])
    const sum = add(x, out(reshape(mixed, [batch, height, width, size])))
    return scale === 1 ? sum : mul(sum, 1 / scale)
  }
}
