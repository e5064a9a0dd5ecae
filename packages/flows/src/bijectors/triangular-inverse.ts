/** Inverses of triangular matrices, on the device and differentiable. @module */
import { add, concat, eye, matMul, neg, slice, sub, type Tensor2D, zeros } from '@tensorflow/tfjs-core'

/**
 * Inverts a lower triangular matrix with ones on its diagonal, by blocks:
 * `[[A, 0], [B, C]]⁻¹ = [[A⁻¹, 0], [−C⁻¹·B·A⁻¹, C⁻¹]]`.
 */
export function triangularInverse(matrix: Tensor2D): Tensor2D {
  const [size] = matrix.shape
  if (size <= 4) return smallInverse(matrix, size)
  const half = Math.ceil(size / 2)
  const rest = size - half
  const a = triangularInverse(slice(matrix, [0, 0], [half, half]))
  const c = triangularInverse(slice(matrix, [half, half], [rest, rest]))
  const b = neg(matMul(matMul(c, slice(matrix, [half, 0], [rest, half])), a))
  return concat([concat([a, zeros([half, rest])], 1), concat([b, c] as Tensor2D[], 1)], 0)
}

/** (I + N)⁻¹ = (I − N)·(I + N²), since N⁴ = 0. */
function smallInverse(matrix: Tensor2D, size: number): Tensor2D {
  const identity = eye(size)
  const n = sub(matrix, identity)
  return matMul(sub(identity, n), add(identity, matMul(n, n)))
}
