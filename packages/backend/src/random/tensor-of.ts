/** The types of tensors by their shapes. @module */
import type { Rank, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'

interface ByRank {
  readonly 0: Scalar
  readonly 1: Tensor1D
  readonly 2: Tensor2D
  readonly 3: Tensor3D
  readonly 4: Tensor4D
  readonly 5: Tensor<Rank.R5>
  readonly 6: Tensor<Rank.R6>
}

/**
 * The tensor of a shape: of as many dimensions as are written down, or of any where that is not known.
 *
 * @example
 * const noise: TensorOf<[number, number]> = normal(key(0), [64, 2]) // a Tensor2D
 */
export type TensorOf<S extends readonly number[]> = S['length'] extends keyof ByRank ? ByRank[S['length']] : Tensor
