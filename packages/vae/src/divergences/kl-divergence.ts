/** The KL divergence of q(z | x) to the prior, weighted. @module */
import { assertInteger, assertNumber, refusal, withoutGradient } from '@gen/backend'
import { freeBits, klPerDimension } from '@gen/losses'
import { logProbOf } from '@gen/priors'
import {
  add,
  div,
  mean,
  minimum,
  mul,
  type Scalar,
  scalar,
  sub,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core'
import { type Divergence, type Pass, reconstruction } from './divergence.ts'

/** A weight that goes linearly from one number to another in the first steps of the training. */
export interface BetaSchedule {
  readonly from: number
  readonly to: number
  readonly steps: number
}

/** Options of {@link klDivergence}. */
export interface KlDivergenceOptions {
  /** Weight of the KL divergence, or a warm-up of it. @default 1 */
  beta?: number | BetaSchedule
  /** Nats per latent variable that cost nothing, against collapse; for the standard normal prior. @default 0 */
  freeNats?: number
}

/**
 * `E[−log p(x|z)] + β · KL(q(z|x) ‖ p(z))`: the negative ELBO for β = 1. The KL is the prior's closed form where it has
 * one, else the one-draw estimate `log q(z|x) − log p(z)` (which may be negative), as for a VampPrior or a flow.
 *
 * A warm-up and free nats are remedies against collapsed variables.
 *
 * @throws GenError `range` or `value` for options; `config`, in training, for free nats with a prior that is not the
 * standard normal one.
 * @see β-VAE (Higgins et al., 2017) https://openreview.net/forum?id=Sy2fzU9gl
 * @see Improving variational inference with inverse autoregressive flow (Kingma et al., 2016) https://arxiv.org/abs/1606.04934
 * @example
 * const divergence = klDivergence({ beta: { from: 0, to: 1, steps: 2000 } })
 */
export function klDivergence({ beta = 1, freeNats = 0 }: KlDivergenceOptions = {}): Divergence {
  const where = 'vae.klDivergence'
  assertNumber(where, 'freeNats', freeNats, { min: 0 })
  const weight = weightOf(where, beta)
  return {
    config: { kind: 'kl', beta: typeof beta === 'number' ? beta : { ...beta }, freeNats },
    density: true,
    state: weight.state,
    loss: (pass) => {
      const [error, rate] = [reconstruction(pass), mean(divergenceOf(pass)) as Scalar]
      const cost = freeNats === 0 ? rate : mean(freeBits(perDimension(where, pass), freeNats))
      return { total: add(error, mul(cost, weight.next())), reconstruction: error, kl: rate }
    },
  }
}

/** KL of each row: exact where the prior knows how, else from the pass's own draw. */
export function divergenceOf({ q, z, prior }: Pick<Pass, 'q' | 'z' | 'prior'>): Tensor1D {
  return prior.kl ? prior.kl(q) : tidy(() => sub(logProbOf(q, z), prior.logProb(z)))
}

function perDimension(where: string, { prior, q }: Pass): Tensor2D {
  if (prior.config?.kind === 'standardNormal') return klPerDimension(q)
  const got = String(prior.config?.kind ?? 'custom')
  throw refusal('config', where, { expected: 'the standard normal prior with freeNats', got, remedy: 'leave them out' })
}

interface Weight {
  /** This step's β. */
  next(): Scalar
  state(): Variable[]
}

function weightOf(where: string, beta: number | BetaSchedule): Weight {
  if (typeof beta === 'number') {
    assertNumber(where, 'beta', beta, { min: 0 })
    return { next: () => scalar(beta), state: () => [] }
  }
  const { from, to, steps } = beta
  assertNumber(where, 'beta.from', from, { min: 0 })
  assertNumber(where, 'beta.to', to, { min: 0 })
  assertInteger(where, 'beta.steps', steps, { min: 1 })
  const done: Variable = tidy(() => variable(scalar(0), false))
  return {
    state: () => [done],
    next: () => {
      const share = withoutGradient(() => minimum(div(done, steps), 1))
      done.assign(withoutGradient(() => add(done, 1)))
      return add(mul(share, to - from), from)
    },
  }
}
