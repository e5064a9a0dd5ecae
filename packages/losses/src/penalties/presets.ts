/** The gradient penalties of the papers, side by side. @module */
import { assertNumber, assertShape, type Key, normal, uniform } from '@gen/backend'
import { add, mean, moments, mul, relu, type Scalar, sqrt, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { gradientNorm, squaredGradientNorm } from './input-gradient.ts'
import { type Critic, definePenalty, type Penalty } from './penalty.ts'

/** Options of {@link r1} and {@link r2}. */
export interface ZeroCenteredOptions {
  /** γ; the penalty is γ/2 times the mean squared norm. @default 10 */
  weight?: number
}

/**
 * R1: `γ/2 · E‖∇D(x)‖²` on data. Makes training converge near the equilibrium, where unpenalized GANs circle.
 *
 * @throws GenError `range` for a weight below 0.
 * @see Which training methods for GANs do actually converge? (Mescheder et al., 2018) https://arxiv.org/abs/1801.04406
 * @example
 * const model = gan({ generator, discriminator, penalties: [r1({ weight: 1 })] })
 */
export function r1({ weight = 10 }: ZeroCenteredOptions = {}): Penalty {
  assertWeight('r1', weight)
  return definePenalty('r1', { weight }, (critic, { real }) => zeroCentered(critic, real, weight))
}

/**
 * R2: `γ/2 · E‖∇D(x)‖²` on the generator's samples. With {@link r1} it bounds the gradient on both sides of the game.
 *
 * @throws GenError `range` for a weight below 0.
 * @see Which training methods for GANs do actually converge? (Mescheder et al., 2018) https://arxiv.org/abs/1801.04406
 * @example
 * const model = gan({ generator, discriminator, objective: relativistic(), penalties: [r1(), r2()] })
 */
export function r2({ weight = 10 }: ZeroCenteredOptions = {}): Penalty {
  assertWeight('r2', weight)
  return definePenalty('r2', { weight }, (critic, { fake }) => zeroCentered(critic, fake, weight))
}

/** Options of {@link gradientPenalty}. */
export interface GradientPenaltyOptions {
  /** λ. @default 10 */
  weight?: number
  /** The norm that gradients are drawn to. @default 1 */
  target?: number
  /** Whether only norms above the target cost. @default false */
  oneSided?: boolean
}

/**
 * WGAN-GP: `λ · E(‖∇D(x̂)‖ − target)²` at `x̂ = u·real + (1 − u)·fake`, u uniform, one for each pair; one-sided:
 * `λ · E max(0, ‖∇D(x̂)‖ − target)²`.
 *
 * @throws GenError `range` for a weight or target below 0; when called, `shape` for batches of different shapes.
 * @see Improved training of Wasserstein GANs (Gulrajani et al., 2017) https://arxiv.org/abs/1704.00028
 * @see On the regularization of Wasserstein GANs (Petzka et al., 2017), one-sided https://arxiv.org/abs/1709.08894
 * @example
 * const model = gan({ generator, discriminator, objective: wasserstein(), penalties: [gradientPenalty()] })
 */
export function gradientPenalty({ weight = 10, target = 1, oneSided = false }: GradientPenaltyOptions = {}): Penalty {
  assertWeight('gradientPenalty', weight)
  assertNumber('losses.gradientPenalty', 'target', target, { min: 0 })
  return definePenalty('gradientPenalty', { weight, target, oneSided }, (critic, { real, fake }, k) => {
    assertShape('losses.gradientPenalty', 'fake', fake, real.shape, 'pass as many fake samples as real ones')
    return tidy(() => {
      const share = uniform(k, [real.shape[0], ...real.shape.slice(1).map(() => 1)])
      return pull(critic, add(fake, mul(share, sub(real, fake))), weight, target, oneSided)
    })
  })
}

/** Options of {@link draganPenalty}. */
export interface DraganPenaltyOptions {
  /** λ. @default 10 */
  weight?: number
  /** The norm that gradients are drawn to. @default 1 */
  target?: number
  /** Deviation of the noise, in units of the batch's own deviation over all its numbers. @default 0.5 */
  deviation?: number
}

/**
 * DRAGAN: `λ · E(‖∇D(x + δ)‖ − target)²` around data, δ normal with `deviation` times the batch's standard deviation.
 *
 * @throws GenError `range` for a weight, target or deviation below 0.
 * @see On convergence and stability of GANs (Kodali et al., 2017) https://arxiv.org/abs/1705.07215
 * @example
 * const model = gan({ generator, discriminator, penalties: [draganPenalty()] })
 */
export function draganPenalty({ weight = 10, target = 1, deviation = 0.5 }: DraganPenaltyOptions = {}): Penalty {
  assertWeight('dragan', weight)
  assertNumber('losses.dragan', 'target', target, { min: 0 })
  assertNumber('losses.dragan', 'deviation', deviation, { min: 0 })
  return definePenalty('dragan', { weight, target, deviation }, (critic, { real }, k) =>
    tidy(() => pull(critic, add(real, noise(real, k, deviation)), weight, target, false)),
  )
}

function noise(x: Tensor, k: Key, deviation: number): Tensor {
  return mul(normal(k, x.shape), mul(sqrt(moments(x).variance), deviation))
}

function zeroCentered(critic: Critic, x: Tensor, weight: number): Scalar {
  return tidy(() => mul(mean(squaredGradientNorm(critic, x)), weight / 2))
}

function pull(critic: Critic, x: Tensor, weight: number, target: number, oneSided: boolean): Scalar {
  const excess = sub(gradientNorm(critic, x), target)
  return mul(mean(square(oneSided ? relu(excess) : excess)), weight)
}

function assertWeight(name: string, weight: number): void {
  assertNumber(`losses.${name}`, 'weight', weight, { min: 0 })
}
