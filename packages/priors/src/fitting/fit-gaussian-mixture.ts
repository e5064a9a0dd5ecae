/** A mixture of normal distributions fitted to codes: what makes an autoencoder's latent space one to sample from. @module */
import { assertInteger, assertNumber, breather, fold, type Key, refusal, uniformArray } from '@gen/backend'
import { kMeansPlusPlus, type Matrix64, matrix, nearestCenters, rowOf } from '@gen/linear-algebra'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { gaussianMixture, type MixturePrior } from '../distributions/gaussian-mixture.ts'
import { type Rows, readRows } from '../distributions/numbers.ts'
import { type Component, type Covariance, expectation, maximization } from './expectation-maximization.ts'
import { readCodes } from './read-codes.ts'

/** Options of {@link fitGaussianMixture}. */
export interface FitGaussianMixtureOptions {
  /** How many normal distributions. @default 10 */
  components?: number
  /** @default 'full' */
  covariance?: Covariance
  /** Most steps of EM. @default 100 */
  iterations?: number
  /** Stops when the mean log-likelihood rises by less, in nats. @default 1e-3 */
  tolerance?: number
  /** Added to every variance, in the codes' units squared, which keeps covariances from collapsing. @default 1e-6 */
  floor?: number
  /** Of the first means. */
  key: Key
  /** The first means, instead of k-means++'s, `[components][size]`. */
  means?: Rows
}

/** A mixture and how it was found. */
export type FittedMixture = MixturePrior & {
  /** Mean log-density of the codes in nats before each step of EM, and after the last. */
  readonly logLikelihoods: readonly number[]
  /** Whether it rose by less than the tolerance in the end. */
  readonly converged: boolean
}

const where = 'priors.fitGaussianMixture'

/**
 * Fits a Gaussian mixture to codes by expectation–maximization, in float64 on the CPU. First means are chosen by
 * k-means++ from the key (or given), each code goes to the nearest, and EM begins. The event loop gets turns between.
 *
 * @param codes - `[rows, size]`, more rows than components.
 * @throws GenError `value` where there are fewer different codes than components, or a component degenerates;
 * `non-finite`; `shape`; `range`.
 * @see Maximum likelihood from incomplete data via the EM algorithm (Dempster et al., 1977)
 * https://doi.org/10.1111/j.2517-6161.1977.tb01600.x
 * @see From variational to deterministic autoencoders (Ghosh et al., 2019) https://arxiv.org/abs/1903.12436
 * @example
 * const prior = await fitGaussianMixture(model.encode(images), { components: 10, key: key(0) })
 * const samples = model.decode(prior.sample(64, key(1)))
 */
export async function fitGaussianMixture(
  codes: Tensor2D,
  {
    components = 10,
    covariance = 'full',
    iterations = 100,
    tolerance = 1e-3,
    floor = 1e-6,
    key,
    means,
  }: FitGaussianMixtureOptions,
): Promise<FittedMixture> {
  assertInteger(where, 'components', components, { min: 1 })
  assertInteger(where, 'iterations', iterations, { min: 1 })
  assertNumber(where, 'tolerance', tolerance, { min: 0 })
  assertNumber(where, 'floor', floor, { min: 0 })
  if (covariance !== 'full' && covariance !== 'diagonal') {
    throw refusal('value', where, { expected: "covariance 'full' or 'diagonal'", got: JSON.stringify(covariance) })
  }
  const data = await readCodes(where, codes)
  assertEnough(data, components)
  const centers = means ? readMeans(means, components, data.columns) : chosenMeans(data, components, key)
  const breathe = breather()
  const options = { covariance, floor }
  let mixture = await maximization(data, nearestShares(data, centers), options, breathe)
  const logLikelihoods: number[] = []
  let converged = false
  for (let step = 0; step <= iterations && !converged; step++) {
    const { shares, logLikelihood } = await expectation(data, mixture, breathe)
    converged = step > 0 && logLikelihood - logLikelihoods[step - 1]! < tolerance
    logLikelihoods.push(logLikelihood)
    if (!converged && step < iterations) mixture = await maximization(data, shares, options, breathe)
  }
  return { ...asPrior(mixture, covariance, data.columns), logLikelihoods, converged }
}

function asPrior(mixture: readonly Component[], kind: Covariance, size: number): MixturePrior {
  const weights = mixture.map(({ weight }) => weight)
  const means = mixture.map(({ mean }) => mean)
  if (kind === 'diagonal') {
    return gaussianMixture({ weights, means, deviations: mixture.map((each) => each.covariance.map(Math.sqrt)) })
  }
  const rowsOf = (matrix: Float64Array) =>
    Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size))
  return gaussianMixture({ weights, means, covariances: mixture.map(({ covariance }) => rowsOf(covariance)) })
}

function chosenMeans(codes: Matrix64, count: number, key: Key): Float64Array[] {
  const draws = Float64Array.from({ length: count }, (_, i) => uniformArray(fold(key, i), 1, 1)[0]!)
  const chosen = kMeansPlusPlus(codes, draws)
  if (chosen.length === count) return chosen.map((row) => rowOf(codes, row))
  throw refusal('value', where, {
    expected: `at least ${count} different codes for ${count} components`,
    got: chosen.length,
    remedy: 'pass fewer components, or look for a collapsed encoder',
    details: { components: count, different: chosen.length },
  })
}

function readMeans(means: Rows, count: number, size: number): Float64Array[] {
  const read = readRows(where, 'means', means, size)
  if (read.length === count) return read
  throw refusal('shape', where, {
    expected: `${count} means`,
    got: read.length,
    remedy: `pass components: ${read.length}`,
  })
}

/** Responsibilities of 1 for the nearest center and 0 for the others. */
function nearestShares(codes: Matrix64, centers: readonly Float64Array[]): Float64Array[] {
  const owners = nearestCenters(codes, matrix(centers))
  return centers.map((_, k) => Float64Array.from(owners, (owner) => (owner === k ? 1 : 0)))
}

function assertEnough({ rows, columns: size }: Matrix64, components: number): void {
  if (rows >= components && size > 0) return
  const got = `[${rows}, ${size}]`
  throw refusal('shape', where, { expected: `at least ${components} codes for ${components} components`, got })
}
