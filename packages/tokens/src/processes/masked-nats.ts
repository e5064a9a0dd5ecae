/** The loss of masked diffusion, its masks given. @module */
import {
  cast,
  fill,
  mul,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor1d,
  tensor2d,
  where,
} from '@tensorflow/tfjs-core'
import { crossEntropy } from './cross-entropy.ts'

/** Masks with the weight of each row's masked nats. */
export interface Masks {
  /** 1 where masked, `[rows × length]`. */
  readonly masked: Uint8Array
  readonly weights: Float32Array
}

/** What predicts. */
export interface Logits {
  /** Different tokens; the number itself is the mask. */
  readonly size: number
  /** Of a canvas `[b, n]`, `[b, n, size]`. */
  of(canvas: Tensor2D): Tensor3D
}

/** The weighted nats of the masked tokens, `[b]`. */
export function maskedNats(logits: Logits, x: Tensor2D, { masked, weights }: Masks): Tensor1D {
  const mask = tensor2d(masked, x.shape, 'bool')
  const canvas = where(mask, fill(x.shape, logits.size, 'int32'), x) as Tensor2D
  const nats = crossEntropy(logits.of(canvas), x)
  return mul(sum(mul(nats, cast(mask, 'float32')), 1), tensor1d(weights)) as Tensor1D
}
