/** The critic's gradient with respect to its input. @module */
import { add, grad, reshape, sqrt, square, sum, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import type { Critic } from './penalty.ts'

/**
 * ‖∇ₓ D(x)‖² of each sample, `[batch]`. One backward pass serves all samples: the gradient of Σ D. Through layers that
 * mix samples (minibatch standard deviation, batch normalization) it is the gradient of that sum too, as everywhere.
 */
export function squaredGradientNorm(critic: Critic, x: Tensor): Tensor1D {
  const gradient = grad((input: Tensor) => sum(critic(input)))(x)
  return sum(reshape(square(gradient), [x.shape[0], -1]), 1)
}

/** ‖∇ₓ D(x)‖ of each sample, `[batch]`; ε under the root, for its derivative at 0 is infinite. */
export function gradientNorm(critic: Critic, x: Tensor): Tensor1D {
  return sqrt(add(squaredGradientNorm(critic, x), 1e-12))
}
