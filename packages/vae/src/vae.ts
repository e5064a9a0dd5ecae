/** Variational autoencoders. @module */
import {
  checkLabels,
  conditionTensors,
  GenError,
  type JsonObject,
  type Key,
  poisonUnknown,
  repeatCondition,
} from '@gen/backend'
import type { Batch, Condition, DiagonalNormal, GenerativeModel, ModelConfig, Player } from '@gen/model'
import { type LogMarginal, logMarginal } from '@gen/priors'
import { dispose, sub, Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { divergenceOf } from './divergences/kl-divergence.ts'
import {
  assertCodes,
  assertItems,
  decodeMean,
  decoderOutput,
  partsOf,
  readPosterior,
  type VaeOptions,
  type VaeParts,
} from './parts.ts'
import { vaePlayer } from './player.ts'
import { sampleItems, type VaeSampleOptions } from './sample.ts'

/** Options of `logMarginal`. */
export interface MarginalOptions extends Condition {
  /** Codes drawn from q(z | x) for each item. */
  samples: number
  key: Key
}

/** A model's pieces as plain JSON; `vaeFromConfig` makes it again. */
export interface VaeConfig extends ModelConfig {
  readonly kind: 'vae'
  readonly shape: readonly number[]
  readonly latentSize: number
  readonly classes: number
  /** Shape of one row; left out where there is none. */
  readonly context?: readonly number[]
  readonly network: JsonObject
  readonly prior: JsonObject
  readonly posterior: JsonObject
  readonly likelihood: JsonObject
  readonly head: JsonObject
  readonly divergence: JsonObject
}

/** A model of data by codes. It is a decoder and an encoder to `@gen/latent-tools`. */
export interface Vae extends GenerativeModel<Batch> {
  readonly config: VaeConfig
  readonly players: readonly [Player<Batch>]
  readonly latentSize: number
  /** What it is composed of. */
  readonly parts: VaeParts
  /** q(z | x), `[batch, latentSize]` each; log σ² is −∞ where codes are points. */
  posterior(x: Tensor, condition?: Condition): DiagonalNormal
  /** The mean of q(z | x). */
  encode(x: Tensor, condition?: Condition): Tensor2D
  /** The mean of p(x | z), `[batch, …shape]`; images in [0, 1]. */
  decode(z: Tensor2D, condition?: Condition): Tensor
  /** `decode(encode(x))`. */
  reconstruct(x: Tensor, condition?: Condition): Tensor
  /**
   * Draws `[count, …shape]`: the mean of p(x | z) for z from the sampler. Without labels a model with classes draws them too.
   *
   * @throws GenError as of every model; `shape` for a sampler of codes of another size.
   */
  sample(options: VaeSampleOptions): Promise<Tensor>
  /** A one-draw estimate of the evidence lower bound of each item, in nats: `log p(x|z) − KL(q(z|x) ‖ p(z))`, `[batch]`. */
  elbo(x: Tensor, k: Key, condition?: Condition): Tensor1D
  /** log p(x) of each item in nats by importance sampling from q(z | x), with its standard error. */
  logMarginal(x: Tensor, options: MarginalOptions): Promise<LogMarginal>
}

/** Rows that are weighed at once, at least. */
const leastRows = 512

/**
 * Creates a variational autoencoder of any kind: an encoder, a decoder, a prior p(z), what the encoder's output stands for,
 * a likelihood p(x | z), and a divergence that holds the codes to the prior. The presets are such compositions.
 *
 * `fit(model, …)` trains it on `batch.x`, and on `batch.labels` where it has classes, and `batch.condition.context` where it takes one. The player's name is `vae`; it warns of
 * `posterior-collapse` and `codebook-collapse`.
 *
 * @throws GenError `shape` or `config` for pieces that do not fit each other; its functions throw `shape` for other data or
 * codes, and `config` for labels missing or too many, or for an ELBO of codes without a density.
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013) https://arxiv.org/abs/1312.6114
 * @example
 * const encoder = mlp({ inputs: 2, outputs: 4, key: key(0), name: 'encoder' })
 * const decoder = mlp({ inputs: 2, outputs: 2, key: key(1), name: 'decoder' })
 * const model = vae({ shape: [2], latentSize: 2, encoder, decoder, likelihood: gaussianLikelihood({ deviation: 0.1 }) })
 */
export function vae(options: VaeOptions): Vae {
  const parts = partsOf(options)
  const { shape, latentSize } = parts
  const player = vaePlayer(parts)
  const toldOf = (at: string, condition: Condition, rows: number) =>
    conditionTensors(`vae.${at}`, condition, { ...parts, rows })
  const posterior: Vae['posterior'] = (x, condition = {}) => {
    assertItems('vae.posterior', parts, x)
    return tidy(() => {
      const told = toldOf('posterior', condition, x.shape[0])
      const { mean, logVariance } = readPosterior(parts, x, told)
      return { mean: poisonUnknown(mean, told.label), logVariance: poisonUnknown(logVariance, told.label) }
    })
  }
  const decode: Vae['decode'] = (z, condition = {}) => {
    assertCodes('vae.decode', parts, z)
    return tidy(() => {
      const told = toldOf('decode', condition, z.shape[0])
      return poisonUnknown(decodeMean(parts, z, told), told.label)
    })
  }
  const encode: Vae['encode'] = (x, condition) => tidy(() => posterior(x, condition).mean)
  return {
    config: configOf(parts),
    players: [player],
    shape,
    latentSize,
    parts,
    variables: () => player.variables(),
    posterior,
    encode,
    decode,
    reconstruct: (x, condition) => tidy(() => decode(encode(x, condition), condition)),
    sample: (sampling) => sampleItems(parts, sampling),
    elbo: (x, k, condition = {}) => elbo(parts, x, k, condition),
    logMarginal: (x, marginal) => marginalOf(parts, x, marginal),
    dispose: () => dispose([...player.variables(), ...(player.state?.() ?? [])]),
  }
}

function configOf({ shape, latentSize, classes, context, network, ...pieces }: VaeParts): VaeConfig {
  const { prior, posterior, likelihood, head, divergence } = pieces
  return {
    kind: 'vae',
    shape: [...shape],
    latentSize,
    classes,
    ...(context && { context: [...context] }),
    network,
    prior: prior.config ?? { kind: 'custom' },
    posterior: posterior.config,
    likelihood: likelihood.config,
    head: head.config,
    divergence: divergence.config,
  }
}

function elbo(parts: VaeParts, x: Tensor, k: Key, condition: Condition): Tensor1D {
  const where = 'vae.elbo'
  assertItems(where, parts, x)
  assertDensity(where, parts)
  return tidy(() => {
    const told = conditionTensors(where, condition, { ...parts, rows: x.shape[0] })
    const q = readPosterior(parts, x, told)
    const z = parts.posterior.draw(q, k)
    const logLikelihood = parts.likelihood.logProb(x, decoderOutput(parts, z, told))
    return poisonUnknown(sub(logLikelihood, divergenceOf({ q, z, prior: parts.prior })), told.label)
  })
}

async function marginalOf(
  parts: VaeParts,
  x: Tensor,
  { samples, key, ...condition }: MarginalOptions,
): Promise<LogMarginal> {
  const where = 'vae.logMarginal'
  assertItems(where, parts, x)
  assertDensity(where, parts)
  const rows = x.shape[0]
  const { labels } = condition
  const told = conditionTensors(where, condition, { ...parts, rows })
  const proposal = readPosterior(parts, x, told)
  try {
    if (labels instanceof Tensor) await checkLabels(where, labels, parts.classes)
    return await logMarginal(x, {
      samples,
      key,
      proposal,
      prior: parts.prior,
      // Whole copies of x at a time, so that the condition can be repeated alike.
      batchSize: Math.max(rows, leastRows),
      logLikelihood: (repeated, z) => {
        const copies = z.shape[0] / rows
        return parts.likelihood.logProb(repeated, decoderOutput(parts, z, repeatCondition(told, copies)))
      },
    })
  } finally {
    for (const tensor of [proposal.mean, proposal.logVariance, told.label, told.context]) tensor?.dispose()
  }
}

function assertDensity(where: string, { posterior }: VaeParts): void {
  if (posterior.density) return
  const got = `${String(posterior.config.kind)} codes`
  throw new GenError(
    'config',
    `${where}: expected q(z | x) with a density, got ${got}; a bound needs normalPosterior()`,
  )
}
