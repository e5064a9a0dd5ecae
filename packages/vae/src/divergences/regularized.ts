/** Regularized deterministic autoencoders. @module */
import { assertNumber, type Key, normal } from '@gen/backend'
import {
  addN,
  grad,
  mean,
  mul,
  reshape,
  type Scalar,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core'
import { type Divergence, type Pass, reconstruction } from './divergence.ts'

/** Options of {@link regularized}. */
export interface RegularizedOptions {
  /** Weight of ½‖z‖², which keeps codes near the origin. @default 0.05 */
  codeWeight?: number
  /** How the decoder is kept smooth: by the size of its weights, or by its gradient. @default 'l2' */
  penalty?: 'l2' | 'gradient'
  /** Weight of the penalty on the decoder. @default 1e-4 for l2, 1e-3 for gradient */
  weight?: number
}

/**
 * `E[−log p(x|z)] + β·½‖z‖² + λ·R`: noise and KL replaced by an explicit smoothness R of the decoder. `l2`: R = ‖θ‖², the
 * decoder's weights; `gradient`: R = ‖∂decode(z)/∂z‖²_F, estimated by one random direction. Sample such a model from a
 * distribution fitted to its codes.
 *
 * @throws GenError `range` for negative weights.
 * @see From variational to deterministic autoencoders (Ghosh et al., 2020) https://arxiv.org/abs/1903.12436
 * @example
 * const divergence = regularized({ penalty: 'gradient' })
 */
export function regularized({ codeWeight = 0.05, penalty = 'l2', weight }: RegularizedOptions = {}): Divergence {
  const decoderWeight = weight ?? (penalty === 'l2' ? 1e-4 : 1e-3)
  assertNumber('vae.regularized', 'codeWeight', codeWeight, { min: 0 })
  assertNumber('vae.regularized', 'weight', decoderWeight, { min: 0 })
  return {
    config: { kind: 'regularized', codeWeight, penalty, weight: decoderWeight },
    density: false,
    loss: (pass) => {
      const error = reconstruction(pass)
      const codes = mul(mean(sum(square(pass.z), 1)), 0.5) as Scalar
      const smoothness = penalty === 'l2' ? squaredWeights(pass) : jacobianNorm(pass)
      const total = addN([error, mul(codes, codeWeight), mul(smoothness, decoderWeight)]) as Scalar
      return { total, reconstruction: error, codes, smoothness }
    },
  }
}

/**
 * `‖Jᵀv‖²` of each row, J being the derivative of f at x. For v of independent numbers of variance 1 its mean is ‖J‖²_F.
 *
 * @param v - Of the shape of f(x).
 */
export function projectedGradient(f: (x: Tensor) => Tensor, x: Tensor, v: Tensor): Tensor1D {
  return tidy(() => {
    const slope = grad((point: Tensor) => sum(mul(f(point), v)))(x)
    return sum(reshape(square(slope), [x.shape[0], -1]), 1)
  })
}

function jacobianNorm({ decode, z, key }: Pass): Scalar {
  const direction = normalLike(decode(z), key)
  return mean(projectedGradient((point) => decode(point as Pass['z']), z, direction))
}

function normalLike({ shape }: Tensor, k: Key): Tensor {
  return normal(k, shape)
}

function squaredWeights({ decoderVariables }: Pass): Scalar {
  return addN(decoderVariables().map((weight) => sum(square(weight))))
}
