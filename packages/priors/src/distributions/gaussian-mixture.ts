/** A mixture of normal distributions as prior. @module */
import { assertShape, type JsonObject, refusal } from '@gen/backend'
import type { Distribution } from '@gen/model'
import {
  add,
  expandDims,
  matMul,
  mul,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tensor3d,
  tidy,
  transpose,
  unstack,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core'
import { type Factors, readCovariance } from './cholesky.ts'
import { withInfiniteCodes } from './infinite-codes.ts'
import { type Components, diagonalComponents, mixtureLogProb, mixtureSample } from './mixture.ts'
import { type Rows, readDeviations, readPositive, readRows, type Vector } from './numbers.ts'

/** Options of {@link gaussianMixture}. */
export interface GaussianMixtureOptions {
  /** Share of each component, above 0; scaled to sum to 1. @default all the same */
  weights?: Vector
  /** μ of each component, `[components][size]`. */
  means: Rows
  /** σ of each component, `[components][size]`; either these or `covariances`. */
  deviations?: Rows
  /** Σ of each component, `[components][size][size]`. */
  covariances?: readonly Rows[]
  /** Whether training moves weights, means and deviations. @default false */
  trainable?: boolean
}

/** A mixture as a prior. */
export type MixturePrior = Distribution & Required<Pick<Distribution, 'config' | 'variables'>>

const where = 'priors.gaussianMixture'

/**
 * Creates `p(z) = Σ_k w_k N(z; μ_k, Σ_k)` with diagonal or full covariances. There is no closed form of KL(q ‖ p): `kl`
 * estimates it. A trainable mixture has diagonal covariances; its variables are the weights' logits, means, and log σ².
 *
 * @throws GenError `shape` for sizes that do not fit, `range` for weights or deviations not above 0 or numbers beyond float32, `value` for a
 * matrix that is no covariance, `config` for neither or both of deviations and covariances, or trainable covariances.
 * @example
 * const prior = gaussianMixture({ means: [[-2, 0], [2, 0]], deviations: [[0.5, 1], [0.5, 1]] })
 */
export function gaussianMixture(options: GaussianMixtureOptions): MixturePrior {
  const { means, trainable = false } = options
  const mu = readRows(where, 'means', means)
  const size = (mu[0] as Float64Array).length
  const raw = readPositive(where, 'weights', options.weights ?? mu.map(() => 1), mu.length)
  const weights = shares(raw)
  assertOneSpread(options)
  const { covariances, deviations } = options
  const spread = covariances
    ? fullSpread(mu, covariances, size)
    : diagonalSpread(mu, deviations as Rows, size, trainable)
  const logWeights = Float32Array.from(weights, Math.log)
  const free: Variable | undefined = trainable ? tidy(() => variable(tensor1d(logWeights))) : undefined
  const logits = () => (free ?? tensor1d(logWeights)) as Tensor1D
  return {
    size,
    config: {
      kind: 'gaussianMixture',
      weights: [...weights],
      means: mu.map((row) => [...row]),
      ...spread.config,
      trainable,
    },
    variables: () => (free ? [free, ...spread.variables] : []),
    sample: (count, key) => tidy(() => mixtureSample(logits(), spread.components(), { count, size, key })),
    logProb: (z) => {
      assertShape(`${where}.logProb`, 'z', z, [null, size])
      const density = (at: Tensor2D) => mixtureLogProb(logits(), spread.components(), at)
      return covariances ? withInfiniteCodes(z, density) : tidy(() => density(z))
    },
  }
}

/** The components as numbers or variables, and their config. */
interface Spread {
  readonly config: JsonObject
  readonly variables: readonly Variable[]
  /** Makes tensors: call it in a tidy. */
  components(): Components
}

function diagonalSpread(mu: readonly Float64Array[], deviations: Rows, size: number, trainable: boolean): Spread {
  assertCount('deviations', deviations, mu.length)
  const sigma = deviations.map((row, i) => readDeviations(where, `deviations[${i}]`, row, size))
  const shape: [number, number] = [mu.length, size]
  const mean = () => tensor2d(flatten(mu), shape)
  const logVariance = () => tensor2d(flatten(sigma.map((row) => row.map((value) => 2 * Math.log(value)))), shape)
  const variables: Variable[] = trainable ? tidy(() => [variable(mean()), variable(logVariance())]) : []
  return {
    config: { deviations: sigma.map((row) => [...row]) },
    variables,
    components: () =>
      diagonalComponents({
        mean: (variables[0] ?? mean()) as Tensor2D,
        logVariance: (variables[1] ?? logVariance()) as Tensor2D,
      }),
  }
}

function fullSpread(mu: readonly Float64Array[], covariances: readonly Rows[], size: number): Spread {
  assertCount('covariances', covariances, mu.length)
  const factors = covariances.map((rows, i) => readCovariance(where, `covariances[${i}]`, rows, size))
  return {
    config: { covariances: covariances.map((rows) => Array.from(rows, (row) => Array.from(row))) },
    variables: [],
    components: () => fullComponents(mu, factors, size),
  }
}

function fullComponents(mu: readonly Float64Array[], factors: readonly Factors[], size: number): Components {
  const cubes = (name: 'factor' | 'whitening') => {
    return tensor3d(flatten(factors.map((each) => each[name])), [mu.length, size, size])
  }
  const means = tensor2d(flatten(mu), [mu.length, size])
  const constants = tensor1d(factors.map(({ logDet }) => -0.5 * (size * Math.log(2 * Math.PI) + logDet)))
  return {
    logProb: (z) => {
      const difference = sub(expandDims(z, 0), expandDims(means, 1))
      const distance = sum(square(matMul(difference, cubes('whitening'), false, true)), 2)
      return sub(expandDims(constants, 0), mul(transpose(distance), 0.5))
    },
    // One component after the other: a matrix for each row would take size² numbers a row.
    place: (eps, choice) => {
      const lower = unstack(cubes('factor'))
      return mu.reduce<Tensor>(
        (placed, _, i) => {
          const turned = matMul(eps, lower[i] as Tensor2D, false, true)
          return add(placed, mul(turned, slice(choice, [0, i], [-1, 1])))
        },
        matMul(choice, means),
      ) as Tensor2D
    },
  }
}

/** Weights that sum to 1, whatever their scale. */
function shares(weights: Float64Array): Float64Array {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  const total = weights.reduce((sumOfAll, weight) => sumOfAll + weight / largest, 0)
  return weights.map((weight) => weight / largest / total)
}

function flatten(rows: readonly Float64Array[]): Float32Array {
  return Float32Array.from(rows.flatMap((row) => [...row]))
}

function assertCount(name: string, given: ArrayLike<unknown>, count: number): void {
  if (given.length === count) return
  throw refusal('shape', where, { expected: `${count} ${name}, one for each mean`, got: given.length })
}

function assertOneSpread({ deviations, covariances, trainable }: GaussianMixtureOptions): void {
  if ((deviations === undefined) === (covariances === undefined)) {
    const got = deviations ? 'both' : 'neither'
    throw refusal('config', where, { expected: 'either deviations or covariances', got, remedy: 'pass one' })
  }
  if (trainable && covariances) {
    throw refusal('config', where, {
      expected: 'deviations where trainable',
      got: 'covariances',
      remedy: 'pass deviations',
    })
  }
}
