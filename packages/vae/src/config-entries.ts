/** What configs hold, kind by kind. @module */
import { GenError, type Key } from '@gen/backend'
import {
  bernoulliLikelihood,
  categoricalLikelihood,
  discretizedLogisticLikelihood,
  gaussianLikelihood,
  type Likelihood,
} from '@gen/losses'
import { activations } from '@gen/nn'
import {
  type Distribution,
  diagonalNormal,
  fullNormal,
  gaussianMixture,
  hypersphere,
  standardNormal,
  uniformBox,
} from '@gen/priors'
import * as v from 'valibot'
import { type Divergence, noDivergence } from './divergences/divergence.ts'
import { importanceWeighted } from './divergences/importance-weighted.ts'
import { klDivergence } from './divergences/kl-divergence.ts'
import { mmdDivergence } from './divergences/mmd-divergence.ts'
import { regularized } from './divergences/regularized.ts'
import { totalCorrelationDivergence } from './divergences/total-correlation-divergence.ts'
import { type Head, linearHead, sigmoidHead, splitHead } from './head.ts'
import { convNetworks, mlpNetworks, type NetworkMaker } from './networks.ts'
import type { PriorMaker } from './parts.ts'
import { normalPosterior, type PosteriorKind, pointPosterior } from './posteriors/posterior-kind.ts'
import { quantizedPosterior } from './posteriors/quantized-posterior.ts'
import { pseudoPrior } from './presets.ts'

/** What a part may need besides its own options. */
interface Given {
  readonly shape: readonly number[]
  readonly key: Key
}

/** Makes what a config, without its kind, describes. */
type Entry<T> = (options: unknown, given: Given) => T
type Entries<T> = Readonly<Record<string, Entry<T>>>

const part = v.looseObject({ kind: v.string() })
const size = v.pipe(v.number(), v.integer(), v.minValue(1))
/** What float32 holds. */
const finite = v.pipe(v.number(), v.minValue(-(2 ** 127)), v.maxValue(2 ** 127))
const numbers = v.array(finite)
const matrix = v.array(numbers)
/** Draws and levels multiply what every step costs. */
const few = v.pipe(size, v.maxValue(2 ** 16))

const layers = { widths: v.array(size), activation: v.picklist(activations) }
const networks: Entries<NetworkMaker> = { mlp: entry(layers, mlpNetworks), conv: entry(layers, convNetworks) }

const deviation = v.union([finite, v.picklist(['learned', 'computed', 'perPixel'])])
const likelihoods: Entries<Likelihood> = {
  bernoulli: entry({}, bernoulliLikelihood),
  categorical: entry({ levels: few }, categoricalLikelihood),
  discretizedLogistic: entry({ levels: few }, discretizedLogisticLikelihood),
  gaussian: entry({ deviation, smallest: finite, smoothing: finite }, gaussianLikelihood),
}

const heads: Entries<Head> = {
  linear: entry({}, linearHead),
  sigmoid: entry({}, sigmoidHead),
  split: entry({}, splitHead),
}

const codebook = { size, codes: few, decay: finite, commitment: finite, revive: finite }
const posteriors: Entries<PosteriorKind> = {
  normal: entry({}, normalPosterior),
  point: entry({}, pointPosterior),
  quantized: entry(codebook, (o, { key }) => quantizedPosterior({ ...o, key })),
}

const beta = v.union([finite, v.strictObject({ from: finite, to: finite, steps: size })])
const divergences: Entries<Divergence> = {
  none: entry({}, noDivergence),
  kl: entry({ beta, freeNats: finite }, klDivergence),
  mmd: entry({ weight: finite, kernel: v.picklist(['rbf', 'imq']) }, mmdDivergence),
  totalCorrelation: entry(
    { datasetSize: size, alpha: finite, beta: finite, gamma: finite },
    totalCorrelationDivergence,
  ),
  importanceWeighted: entry({ draws: few }, importanceWeighted),
  regularized: entry({ codeWeight: finite, penalty: v.picklist(['l2', 'gradient']), weight: finite }, regularized),
}

const spread = { deviations: v.exactOptional(matrix), covariances: v.exactOptional(v.array(matrix)) }
const priors: Entries<Distribution | PriorMaker> = {
  standardNormal: entry({ size }, (o) => standardNormal(o.size)),
  hypersphere: entry({ size }, (o) => hypersphere(o.size)),
  diagonalNormal: entry({ mean: numbers, deviation: numbers }, diagonalNormal),
  fullNormal: entry({ mean: numbers, covariance: matrix }, fullNormal),
  gaussianMixture: entry({ weights: numbers, means: matrix, ...spread, trainable: v.boolean() }, gaussianMixture),
  uniformBox: entry({ low: numbers, high: numbers }, uniformBox),
  vampPrior: entry({ components: size, range: v.exactOptional(v.strictTuple([finite, finite])) }, (o, given) =>
    pseudoPrior({ ...given, components: o.components }),
  ),
}

/** The makers of each part of a model. */
export const makers: {
  readonly network: (config: unknown, given: Given) => NetworkMaker
  readonly likelihood: (config: unknown, given: Given) => Likelihood
  readonly head: (config: unknown, given: Given) => Head
  readonly posterior: (config: unknown, given: Given) => PosteriorKind
  readonly divergence: (config: unknown, given: Given) => Divergence
  readonly prior: (config: unknown, given: Given) => Distribution | PriorMaker
} = {
  network: maker('network', networks),
  likelihood: maker('likelihood', likelihoods),
  head: maker('head', heads),
  posterior: maker('posterior', posteriors),
  divergence: maker('divergence', divergences),
  prior: maker('prior', priors),
}

/**
 * Parses a config.
 *
 * @throws GenError `config`.
 */
export function parse<S extends v.GenericSchema>(noun: string, schema: S, config: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, config)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw refusal(noun, `${v.getDotPath(issue) ?? 'one'}: ${issue.message}`)
}

function refusal(expected: string, got: string): GenError {
  return new GenError('config', `vae.vaeFromConfig: expected ${expected}, got ${got}`)
}

function entry<T, F extends v.ObjectEntries>(
  fields: F,
  make: (options: v.InferOutput<v.StrictObjectSchema<F, undefined>>, given: Given) => T,
): Entry<T> {
  const schema = v.strictObject(fields)
  return (options, given) => make(parse('options of one that a VAE gives', schema, options), given)
}

function maker<T>(name: string, entries: Entries<T>): Entry<T> {
  return (config, given) => {
    const { kind, ...options } = parse(`a ${name} with a kind`, part, config)
    if (Object.hasOwn(entries, kind)) return entries[kind]!(options, given)
    throw refusal(`a ${name} among ${Object.keys(entries).join(', ')}`, `${kind}; build the model with vae`)
  }
}
