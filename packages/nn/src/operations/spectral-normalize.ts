/** Division of a weight by its largest singular value. @module */
import { assertShape, withoutGradient } from '@gen/backend'
import {
  add,
  cast,
  concat,
  div,
  equal,
  matMul,
  mul,
  norm,
  reshape,
  slice,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core'

/** Options of {@link spectralNormalize}. */
export interface SpectralNormalizeOptions {
  /** Steps of the power iteration to take from `u`; 0 uses `u` as it is. @default 1 */
  iterations?: number
}

/** What {@link spectralNormalize} returns. */
export interface SpectralNormalized<T extends Tensor> {
  /** The weight divided by the estimate of its largest singular value. */
  weight: T
  /** The right singular vector after the iteration, `[out]`, to start the next one from. */
  u: Tensor1D
}

const epsilon = 1e-12

/**
 * Divides a weight by an estimate of its largest singular value, so that the map it belongs to is about 1-Lipschitz.
 *
 * With W the weight as a matrix `[rest, out]`: `v = Wu/‖Wu‖`, `u = Wᵀv/‖Wᵀv‖` for each iteration, then
 * `weight / (vᵀWu)`. The gradient holds u and v constant, `∂σ/∂W = v·uᵀ`, which is exact once the iteration has
 * converged. A weight of zeros stays as it is, and so does u.
 *
 * @param weight - `[…, out]`.
 * @param u - Unit vector `[out]`.
 * @throws GenError `shape` for a u of another size.
 * @see Spectral normalization for generative adversarial networks (Miyato et al., 2018) https://arxiv.org/abs/1802.05957
 * @example
 * const { weight, u } = spectralNormalize(kernel, tensor1d([1, 0, 0]), { iterations: 20 })
 */
export function spectralNormalize<T extends Tensor>(
  weight: T,
  u: Tensor1D,
  { iterations = 1 }: SpectralNormalizeOptions = {},
): SpectralNormalized<T> {
  const out = weight.shape[weight.shape.length - 1] ?? 1
  assertShape('nn.spectralNormalize', 'u', u, [out])
  const result = tidy(() => {
    const matrix = reshape(weight, [-1, out])
    const rows = weight.size / out
    const vectors = withoutGradient(() => singularVectors(matrix, u, iterations))
    const v = reshape(slice(vectors, [0], [rows]), [1, rows])
    const newU = slice(vectors, [rows], [out])
    const sigma = sum(mul(matMul(v, matrix), newU))
    return { weight: div(weight, add(sigma, isZero(sigma))) as T, u: newU }
  })
  return result
}

/** v `[rows]` and u `[out]`, one after the other. */
function singularVectors(matrix: Tensor, start: Tensor1D, iterations: number): Tensor1D {
  const left = (u: Tensor) => unit(reshape(matMul(matrix, reshape(u, [-1, 1])), [-1]))
  let u: Tensor = start
  let v = left(u)
  for (let i = 0; i < iterations; i++) {
    if (i > 0) v = left(u)
    const next = reshape(matMul(reshape(v, [1, -1]), matrix), [-1])
    // From zeros there is no way back: where nothing is mapped, the direction stays.
    u = add(unit(next), mul(u, isZero(norm(next))))
  }
  return concat([v, u]) as Tensor1D
}

/** 1 for a zero, 0 for any other number. */
function isZero(x: Tensor): Tensor {
  return cast(equal(x, 0), 'float32')
}

function unit(vector: Tensor): Tensor {
  return div(vector, add(norm(vector), epsilon))
}
