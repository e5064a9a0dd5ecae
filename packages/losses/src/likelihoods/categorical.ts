/** Likelihood of pixels with a few levels. @module */
import { assertInteger, categorical as draw, logSumExp, withoutGradient } from '@gen/backend'
import {
  add,
  any,
  cast,
  div,
  equal,
  expandDims,
  fill,
  isNaN as isNotANumber,
  max,
  mul,
  range,
  reshape,
  round,
  where as select,
  softmax,
  stack,
  sub,
  sum,
  type Tensor,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { assertOutput, blocks, sumEvent } from './event.ts'
import { checkLevels } from './levels.ts'
import type { Likelihood } from './likelihood.ts'

/** Options of {@link categoricalLikelihood}. */
export interface CategoricalLikelihoodOptions {
  /** How many values a number of the data can take, at least 2. */
  levels: number
}

/**
 * Categorical likelihood over levels `k/(levels − 1)`, k = 0 … levels − 1: `log p(x) = Σ l_k(x) − log Σ_j exp l_j`.
 *
 * x counts as the nearest level; beyond the first and the last its log-probability is −∞. The output has `levels` blocks of
 * channels, the logits of level 0 first; `mean` is the mean level, in [0, 1].
 *
 * @throws GenError `value` or `range` for levels below 2; `shape` for an output that does not fit x; from `check`, `range`
 * or `value` for data between levels.
 * @see Pixel recurrent neural networks (van den Oord et al., 2016) https://arxiv.org/abs/1601.06759
 * @example
 * const nats = categoricalLikelihood({ levels: 4 }).logProb(quantized, scores)
 */
export function categoricalLikelihood({ levels }: CategoricalLikelihoodOptions): Likelihood {
  const where = 'losses.categorical'
  assertInteger(where, 'levels', levels, { min: 2 })
  const logitsOf = (output: Tensor) => stack(blocks(where, output, levels), -1)
  return {
    config: { kind: 'categorical', levels },
    channels: levels,
    logProb: (x, output) => {
      assertOutput(where, x, output, levels)
      return tidy(() => {
        const logits = logitsOf(output)
        // Close to 0, where the differences of logits of 10⁴ keep their digits.
        const near = sub(
          logits,
          withoutGradient(() => max(logits, -1, true)),
        )
        const chosen = withoutGradient(() => equal(expandDims(round(mul(x, levels - 1)), -1), range(0, levels)))
        // Chosen, not multiplied with: a level that cannot be has −∞, which must not meet a factor of 0.
        const logit = sum(select(chosen, near, zerosLike(near)), -1)
        const beyond = withoutGradient(() => beyondLevels(x, chosen))
        return sumEvent(add(sub(logit, logSumExp(near, -1)), beyond))
      })
    },
    mean: (output) =>
      tidy(() => sum(mul(softmax(logitsOf(output)), div(range(0, levels, 1, 'float32'), levels - 1)), -1)),
    sample: (output, k, { offset = 0 } = {}) =>
      tidy(() => {
        const logits = logitsOf(output)
        // Row r of the draw depends on (k, r), and an event's rows follow each other.
        const places = logits.shape.slice(1, -1).reduce((product, n) => product * n, 1)
        const drawn = draw(k, reshape(logits, [-1, levels]), { offset: offset * places })
        return div(cast(reshape(drawn, logits.shape.slice(0, -1)), 'float32'), levels - 1)
      }),
    check: (x) => checkLevels(where, x, levels),
  }
}

/** What is added for numbers without a level: −∞, as for all that cannot be, and NaN for NaN. */
function beyondLevels(x: Tensor, chosen: Tensor): Tensor {
  const impossible = select(isNotANumber(x), x, fill(x.shape, Number.NEGATIVE_INFINITY))
  return select(any(chosen, -1), zerosLike(x), impossible)
}
