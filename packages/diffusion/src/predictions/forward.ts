/** The forward process and its undoing. @module */
import { refusal } from '@gen/backend'
import { add, div, mul, reshape, sqrt, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'

/** A signal ratio: one for all rows, or one per row. */
export type Alpha = number | Tensor1D

/**
 * Adds noise: `x_t = √α · x₀ + √(1 − α) · ε`.
 *
 * @param x0 - `[batch, …]`, of unit variance.
 * @param alpha - Signal ratio in (0, 1), a number or `[batch]`.
 * @param eps - Noise, of the shape of x₀.
 * @throws GenError `shape`.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020), eq. 4 https://arxiv.org/abs/2006.11239
 * @example
 * const xt = diffuse(x0, 0.5, normal(key(0), x0.shape))
 */
export function diffuse<T extends Tensor>(x0: T, alpha: Alpha, eps: T): T {
  return tidy(() => {
    const { signal, noise } = rates('diffusion.diffuse', x0, alpha)
    return add(mul(x0, signal), mul(eps, noise)) as T
  })
}

/**
 * Takes the predicted noise out: `x̂₀ = (x_t − √(1 − α) · ε) / √α`.
 *
 * @param x - `[batch, …]`.
 * @param alpha - Signal ratio in (0, 1), a number or `[batch]`.
 * @param eps - Predicted noise, of the shape of x.
 * @throws GenError `shape`.
 * @example
 * const x0 = removeNoise(xt, 0.5, model.denoise(xt, alpha))
 */
export function removeNoise<T extends Tensor>(x: T, alpha: Alpha, eps: T): T {
  return tidy(() => {
    const { signal, noise } = rates('diffusion.removeNoise', x, alpha)
    return div(sub(x, mul(eps, noise)), signal) as T
  })
}

/** √α and √(1 − α), shaped to scale the rows of x. */
export function rates(
  where: string,
  x: Tensor,
  alpha: Alpha,
): { signal: number; noise: number } | { signal: Tensor; noise: Tensor } {
  if (typeof alpha === 'number') return { signal: Math.sqrt(alpha), noise: Math.sqrt(1 - alpha) }
  const [rows = 0] = x.shape
  if (alpha.rank !== 1 || alpha.size !== rows) {
    throw refusal('shape', where, { expected: `alpha of shape [${rows}]`, got: `[${alpha.shape.join(', ')}]` })
  }
  const column = reshape(alpha, [rows, ...x.shape.slice(1).map(() => 1)])
  return { signal: sqrt(column), noise: sqrt(sub(1, column)) }
}
