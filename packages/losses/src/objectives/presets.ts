/** The adversarial objectives of the papers, side by side. @module */
import { assertShape } from '@gen/backend'
import {
  add,
  mean,
  mul,
  neg,
  relu,
  type Scalar,
  softplus,
  square,
  sub,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Objective } from './objective.ts'

/**
 * The game as first stated: D maximizes `log σ(real) + log(1 − σ(fake))`, G minimizes `log(1 − σ(fake))`. The
 * generator's gradient vanishes where the discriminator is sure.
 *
 * The best discriminator is `σ(D) = p/(p + q)`, p being the data's density and q the generator's.
 *
 * @see Generative Adversarial Networks (Goodfellow et al., 2014) https://arxiv.org/abs/1406.2661
 * @example
 * const loss = minimax().discriminator(critic(x), critic(generated))
 */
export function minimax(): Objective {
  return objective('minimax', crossEntropy, (fake) => neg(average(softplus(fake))))
}

/**
 * The discriminator of {@link minimax}; G maximizes `log σ(fake)`, whose gradient is largest where D is sure.
 *
 * @see Generative Adversarial Networks (Goodfellow et al., 2014), section 3 https://arxiv.org/abs/1406.2661
 * @example
 * const model = gan({ generator, discriminator, objective: nonSaturating() })
 */
export function nonSaturating(): Objective {
  return objective('nonSaturating', crossEntropy, (fake) => average(softplus(neg(fake))))
}

/**
 * D minimizes `½(real − 1)² + ½ fake²`, G `½(fake − 1)²`. The best discriminator is `D = p/(p + q)`.
 *
 * @see Least Squares Generative Adversarial Networks (Mao et al., 2016) https://arxiv.org/abs/1611.04076
 * @example
 * const model = gan({ generator, discriminator, objective: leastSquares() })
 */
export function leastSquares(): Objective {
  return objective(
    'leastSquares',
    (real, fake) => add(halfSquare(sub(real, 1)), halfSquare(fake)),
    (fake) => halfSquare(sub(fake, 1)),
  )
}

/**
 * D minimizes `max(0, 1 − real) + max(0, 1 + fake)`, G `−fake`. The best discriminator is `D = sign(p − q)`.
 *
 * @see Geometric GAN (Lim & Ye, 2017) https://arxiv.org/abs/1705.02894
 * @example
 * const model = gan({ generator, discriminator, objective: hinge() })
 */
export function hinge(): Objective {
  return objective(
    'hinge',
    (real, fake) => add(average(relu(sub(1, real))), average(relu(add(1, fake)))),
    (fake) => neg(average(fake)),
  )
}

/**
 * D minimizes `fake − real`, G `−fake`. The discriminator must be kept 1-Lipschitz: by `gradientPenalty()`, spectral
 * normalization, or clipped weights. At its best, the loss is minus the Wasserstein-1 distance.
 *
 * @see Wasserstein GAN (Arjovsky et al., 2017) https://arxiv.org/abs/1701.07875
 * @example
 * const model = gan({ generator, discriminator, objective: wasserstein(), penalties: [gradientPenalty()] })
 */
export function wasserstein(): Objective {
  return objective(
    'wasserstein',
    (real, fake) => sub(average(fake), average(real)),
    (fake) => neg(average(fake)),
  )
}

/**
 * Pairs real i with fake i: D minimizes `softplus(fake − real)`, G `softplus(real − fake)`. Each sample is judged
 * against another, so no part of the data can be left out at no cost; with R1 and R2 it is R3GAN's objective.
 *
 * @see The relativistic discriminator (Jolicoeur-Martineau, 2018) https://arxiv.org/abs/1807.00734
 * @see The GAN is dead; long live the GAN! (Huang et al., 2024) https://arxiv.org/abs/2501.05441
 * @example
 * const model = gan({ generator, discriminator, objective: relativistic(), penalties: [r1(), r2()] })
 */
export function relativistic(): Objective {
  const where = 'losses.relativistic'
  const paired = (winner: Tensor1D, loser: Tensor1D) => {
    assertShape(where, 'fake', loser, winner.shape, 'pass as many fake samples as real ones')
    return average(softplus(sub(loser, winner)))
  }
  return objective('relativistic', paired, paired)
}

/** Makes each of the two one tidy. */
function objective(
  name: string,
  discriminator: (real: Tensor1D, fake: Tensor1D) => Scalar,
  generator: (fake: Tensor1D, real: Tensor1D) => Scalar,
): Objective {
  return {
    name,
    config: { kind: name },
    discriminator: (real, fake) => tidy(() => discriminator(logits(name, 'real', real), logits(name, 'fake', fake))),
    generator: (fake, real) => tidy(() => generator(logits(name, 'fake', fake), logits(name, 'real', real))),
  }
}

function logits(name: string, argument: string, x: Tensor1D): Tensor1D {
  assertShape(`losses.${name}`, argument, x, [null], 'pass one logit for each sample, [batch]')
  return x
}

/** −log σ(real) − log(1 − σ(fake)), as softplus: finite for any logit. */
function crossEntropy(real: Tensor1D, fake: Tensor1D): Scalar {
  return add(average(softplus(neg(real))), average(softplus(fake)))
}

function halfSquare(x: Tensor1D): Scalar {
  return mul(average(square(x)), 0.5)
}

function average(x: Tensor1D): Scalar {
  return mean(x)
}
