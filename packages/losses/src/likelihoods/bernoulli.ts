/** Likelihood of pixels that are on or off. @module */
import { checkValues, uniform } from '@gen/backend'
import { cast, less, mul, sigmoid, softplus, sub, tidy } from '@tensorflow/tfjs-core'
import { assertOutput, sumEvent } from './event.ts'
import type { Likelihood } from './likelihood.ts'

/**
 * Bernoulli likelihood from logits l: `log p(x) = Σ x·l − softplus(l)`, finite for any logit. Values of x between 0 and 1
 * are allowed: the sum is then the binary cross-entropy, and no log-probability of gray values.
 *
 * The output is one logit for each number of x; `mean` is σ(l).
 *
 * @throws GenError `shape` for an output of another shape than x; from `check`, `range` for x outside of [0, 1].
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013), appendix C https://arxiv.org/abs/1312.6114
 * @example
 * const nats = bernoulliLikelihood().logProb(images, logits)
 */
export function bernoulliLikelihood(): Likelihood {
  const where = 'losses.bernoulli'
  return {
    config: { kind: 'bernoulli' },
    channels: 1,
    logProb: (x, output) => {
      assertOutput(where, x, output, 1)
      return tidy(() => sumEvent(sub(mul(x, output), softplus(output))))
    },
    mean: (output) => sigmoid(output),
    sample: (output, k, draw) => tidy(() => cast(less(uniform(k, output.shape, draw), sigmoid(output)), 'float32')),
    check: (x) => checkValues(where, 'x', x, { min: 0, max: 1, remedy: 'scale pixels to [0, 1], or take gaussian()' }),
  }
}
