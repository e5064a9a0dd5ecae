/** The heads of attention. @module */
import { reshape, type Tensor, type Tensor4D, transpose } from '@tensorflow/tfjs-core'

/** `[b, …, c]` → `[b, heads, positions, c/heads]`. */
export function splitHeads(x: Tensor, heads: number): Tensor4D {
  const [batch, channels] = [x.shape[0], x.shape.at(-1)!]
  if (heads === 1) return reshape(x, [batch, 1, -1, channels])
  return transpose(reshape(x, [batch, -1, heads, channels / heads]), [0, 2, 1, 3])
}

/** Undoes {@link splitHeads}: the same numbers in another shape. */
export function joinHeads(x: Tensor4D, shape: number[]): Tensor {
  return reshape(x.shape[1] === 1 ? x : transpose(x, [0, 2, 1, 3]), shape)
}
