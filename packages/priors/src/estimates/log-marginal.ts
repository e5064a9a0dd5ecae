/** The marginal likelihood of data under a latent-variable model. @module */
import { assertDiagonalNormal, assertInteger, assertShape, breather, fold, type Key, refusal } from '@gen/backend'
import type { DiagonalNormal, Distribution } from '@gen/model'
import {
  add,
  concat,
  type Rank,
  slice,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core'
import { logProbOf, sampleFrom } from '../posteriors/posterior.ts'
import { type LogMean, logMean } from './log-mean.ts'

/** Options of {@link logMarginal}. */
export interface LogMarginalOptions {
  /** log p(x | z) in nats: rows of x and of z to `[rows]`. */
  logLikelihood: (x: Tensor, z: Tensor2D) => Tensor1D
  prior: Distribution
  /** Draws of z for each row of x. */
  samples: number
  key: Key
  /** q(z | x) for each row of x; draws are from it, and weighted by p(z)/q(z | x). @default draws from the prior */
  proposal?: DiagonalNormal
  /** Rows given to `logLikelihood` at once, which bounds memory; the draws do not depend on it. @default 256 */
  batchSize?: number
}

/** Estimates in float64, one for each row of x. */
export interface LogMarginal {
  /** log p(x) in nats. */
  readonly value: Float64Array
  /** Standard error of the value, by the delta method; unknown and NaN with one draw or where no draw explains x. */
  readonly standardError: Float64Array
}

/**
 * Estimates `log p(x) = log E_{z∼p(z)} p(x | z)`, the lecture's marginal: the mean of p(x | z) over draws from the prior,
 * or, with a proposal, of `p(x | z)·p(z)/q(z | x)` over draws from q. The logarithm of an unbiased mean is below the
 * truth on average, by about half its variance, so the value rises to log p(x) as samples grow; read it with its
 * standard error `sd(w) / (√samples · mean(w))`. Sums are in log space and float64.
 *
 * The event loop gets a turn between batches.
 *
 * @param x - `[batch, …event]`
 * @throws GenError `shape` for a proposal of other sizes, `value` or `range` for counts below 1, `non-finite` where a
 * log-likelihood is NaN or +∞.
 * @see Importance Weighted Autoencoders (Burda et al., 2015) https://arxiv.org/abs/1509.00519
 * @example
 * const { value, standardError } = await logMarginal(images, { logLikelihood, prior, proposal, samples: 200, key: key(0) })
 */
export async function logMarginal(x: Tensor, options: LogMarginalOptions): Promise<LogMarginal> {
  const where = 'priors.logMarginal'
  const { samples, batchSize = 256, prior, proposal } = options
  assertInteger(where, 'samples', samples, { min: 1 })
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  const rows = x.shape[0]
  if (proposal) {
    assertDiagonalNormal(where, proposal, prior.size)
    assertShape(where, 'proposal.mean', proposal.mean, [rows, prior.size])
  }
  const means = Array.from({ length: rows }, logMean)
  const breathe = breather()
  const draws = Math.max(1, Math.floor(batchSize / rows))
  for (let first = 0; first < samples; first += draws) {
    const count = Math.min(draws, samples - first)
    for (let begin = 0; begin < rows; begin += batchSize) {
      const part: Part = { begin, rows: Math.min(batchSize, rows - begin), first, count }
      const weights = tidy(() => logWeights(x, options, part))
      const values = await weights.data()
      weights.dispose()
      values.forEach((weight: number, i: number) => {
        const row = begin + (i % part.rows)
        assertWeight(where, weight, row)
        ;(means[row] as LogMean).add(weight)
      })
      await breathe()
    }
  }
  return {
    value: Float64Array.from(means, (mean) => mean.value()),
    standardError: Float64Array.from(means, (mean) => mean.standardError()),
  }
}

/** Rows begin, begin + 1, … of x with draws first, first + 1, … */
interface Part {
  readonly begin: number
  readonly rows: number
  readonly first: number
  readonly count: number
}

/** log w of each draw and row, `[count · rows]`, draw by draw. */
function logWeights(
  x: Tensor,
  { logLikelihood, prior, proposal, key }: LogMarginalOptions,
  { begin, rows, first, count }: Part,
): Tensor1D {
  const rowsOf = <T extends Tensor<Rank>>(all: T) => {
    return slice(all, [begin, ...all.shape.slice(1).map(() => 0)], [rows, ...all.shape.slice(1)])
  }
  // A key for each draw, and a row for each x: then neither the batch size nor the other rows matter.
  const draws = Array.from({ length: count }, (_, i) => {
    const k = fold(key, first + i)
    return rowsOf(proposal ? sampleFrom(proposal, k) : prior.sample(x.shape[0], k))
  })
  const repeated = <T extends Tensor>(all: T) => concat(draws.map(() => rowsOf(all)))
  const z = concat(draws)
  const logLikelihoods = logLikelihood(repeated(x), z)
  assertShape('priors.logMarginal', 'logLikelihood(x, z)', logLikelihoods, [rows * count], 'sum over the event')
  if (!proposal) return logLikelihoods
  const q = { mean: repeated(proposal.mean), logVariance: repeated(proposal.logVariance) }
  return add(logLikelihoods, sub(prior.logProb(z), logProbOf(q, z)))
}

function assertWeight(where: string, weight: number, row: number): void {
  if (weight < Number.POSITIVE_INFINITY) return
  throw refusal('non-finite', where, {
    expected: 'finite log-likelihoods',
    got: `${weight} in row ${row}`,
    details: { row, got: weight },
  })
}
