/** Models from plain JSON. @module */
import { fold, GenError, type JsonObject, type Key, key } from '@gen/backend'
import { bernoulli, categorical, discretisedLogistic, gaussian, type Likelihood } from '@gen/losses'
import {
  diagonalNormal,
  fullNormal,
  gaussianMixture,
  hypersphere,
  type Prior,
  standardNormal,
  uniformBox,
} from '@gen/priors'
import * as v from 'valibot'
import { type Divergence, noDivergence } from './divergence.ts'
import { type Head, linearHead, sigmoidHead, splitHead } from './head.ts'
import { importanceWeighted } from './importance-weighted.ts'
import { klDivergence } from './kl-divergence.ts'
import { mmdDivergence } from './mmd-divergence.ts'
import { convNetworks, mlpNetworks, type NetworkMaker } from './networks.ts'
import type { VaeOptions } from './parts.ts'
import { normalPosterior, type PosteriorKind, pointPosterior } from './posterior-kind.ts'
import { compose, pseudoPrior } from './presets.ts'
import { quantisedPosterior } from './quantised-posterior.ts'
import { regularised } from './regularised.ts'
import { totalCorrelationDivergence } from './total-correlation-divergence.ts'
import type { Vae } from './vae.ts'

/** Options of {@link vaeFromConfig}. */
export interface VaeFromConfigOptions {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** The prior, where it was one of your own. */
  prior?: Prior
}

const part = v.looseObject({ kind: v.string() })
type Part = v.InferOutput<typeof part>

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const whole = v.looseObject({
  kind: v.literal('vae'),
  shape: v.pipe(v.array(count), v.minLength(1)),
  latentSize: count,
  classes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  network: part,
  prior: part,
  posterior: part,
  likelihood: part,
  head: part,
  divergence: part,
})

/** Makers by kind; they check their options themselves. */
type Makers<T> = Readonly<Record<string, (options: never) => T>>

const networks: Makers<NetworkMaker> = { mlp: mlpNetworks, conv: convNetworks }
const likelihoods: Makers<Likelihood> = { bernoulli, categorical, discretisedLogistic, gaussian }
const heads: Makers<Head> = { linear: linearHead, sigmoid: sigmoidHead, split: splitHead }
const posteriors: Makers<PosteriorKind> = {
  normal: normalPosterior,
  point: pointPosterior,
  quantised: quantisedPosterior,
}
const divergences: Makers<Divergence> = {
  none: noDivergence,
  kl: klDivergence,
  mmd: mmdDivergence,
  totalCorrelation: totalCorrelationDivergence,
  importanceWeighted,
  regularised,
}
const priors: Makers<Prior> = {
  standardNormal: ({ size }: { size: number }) => standardNormal(size),
  hypersphere: ({ size }: { size: number }) => hypersphere(size),
  diagonalNormal,
  fullNormal,
  gaussianMixture,
  uniformBox,
}

/**
 * Builds a model from its `config`: the same pieces, with weights still to be written into it.
 *
 * @throws GenError `config` for what no model of this package gives as its config, or for a prior or networks of your own.
 * @example
 * const copy = vaeFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function vaeFromConfig(config: unknown, { key: k = key(0), prior }: VaeFromConfigOptions = {}): Vae {
  const parsed = v.safeParse(whole, config)
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw refusal('a VAE’s config', `${v.getDotPath(issue) ?? 'one'}: ${issue.message}`)
  }
  const { shape, latentSize, classes, ...parts } = parsed.output
  return compose({
    shape,
    latentSize,
    classes,
    key: k,
    network: make('network', networks, parts.network),
    likelihood: make('likelihood', likelihoods, parts.likelihood),
    head: make('head', heads, parts.head),
    posterior: make('posterior', posteriors, { ...parts.posterior, key: fold(k, 1) }),
    divergence: make('divergence', divergences, parts.divergence),
    prior: prior ?? priorOf(parts.prior, shape, k),
  })
}

function priorOf(config: Part, shape: readonly number[], k: Key): NonNullable<VaeOptions['prior']> {
  if (config.kind !== 'vampPrior') return make('prior', priors, config)
  return pseudoPrior({ shape, components: config.components as number, key: fold(k, 1) })
}

function make<T>(name: string, makers: Makers<T>, { kind, ...options }: Part | JsonObject): T {
  const maker = Object.hasOwn(makers, String(kind)) ? makers[String(kind)] : undefined
  if (maker) return maker(options as never)
  throw refusal(`a ${name} among ${Object.keys(makers).join(', ')}`, `${String(kind)}; build the model with vae`)
}

function refusal(expected: string, got: string): GenError {
  return new GenError('config', `vae.vaeFromConfig: expected ${expected}, got ${got}`)
}
