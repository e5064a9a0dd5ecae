/** The one player of a variational autoencoder: its loss, its checks, its warnings. @module */
import {
  assertBatch,
  checkBatch,
  conditionTensors,
  type Key,
  poisonUnknown,
  repeatCondition,
  split,
} from '@gen/backend'
import type { Batch, DiagonalNormal, Losses, Player, Warning } from '@gen/model'
import { add, type Tensor, tidy, tile, type Variable } from '@tensorflow/tfjs-core'
import { decodeMean, decoderOutput, encoderOutput, type VaeParts } from './parts.ts'

const where = 'vae.loss'

/** The player of a model. */
export function vaePlayer(parts: VaeParts): Player<Batch> {
  const { encoder, decoder, prior, posterior, likelihood, divergence } = parts
  const all = (lists: (Variable[] | undefined)[]) => [...new Set(lists.flatMap((list) => list ?? []))]
  return {
    name: 'vae',
    variables: () => all([encoder.variables(), decoder.variables(), prior.variables?.(), likelihood.variables?.()]),
    state: () =>
      all([encoder.state?.(), decoder.state?.(), posterior.state?.(), likelihood.state?.(), divergence.state?.()]),
    check: async (batch) => {
      await checkBatch(where, parts, batch)
      await likelihood.check(batch.x)
    },
    loss: (batch, k) => vaeLoss(parts, batch, k),
    warnings,
  }
}

/** One pass through the model and the loss of it. */
function vaeLoss(parts: VaeParts, batch: Batch, k: Key): Losses {
  assertBatch(where, parts, batch)
  const { x, labels, condition } = batch
  return tidy(() => {
    const { posterior, likelihood, divergence, prior, decoder, classes, context } = parts
    const { draws = 1 } = divergence
    const [forCodes, forDivergence, forPosterior] = split(k, 3)
    const rows = x.shape[0]
    const wanted = { labels: classes > 0 ? labels : undefined, context: context && condition?.context }
    const given = conditionTensors(where, wanted, { rows, classes, context })
    const raw = encoderOutput(parts, x, { ...given, training: true })
    const q = repeatPosterior(posterior.read(raw), draws)
    const z = posterior.draw(q, forCodes!)
    const told = repeatCondition(given, draws)
    const output = decoderOutput(parts, z, { ...told, training: true })
    const logLikelihood = likelihood.logProb(repeat(x, draws), output, { training: true })
    const losses = divergence.loss({
      batch: rows,
      draws,
      q,
      z,
      logLikelihood,
      prior,
      key: forDivergence!,
      decode: (codes) => decodeMean(parts, codes, told),
      decoderVariables: () => decoder.variables(),
    })
    const learned = posterior.learn?.(raw, forPosterior!)
    const total = learned ? add(losses.total, learned.total!) : losses.total
    return { ...losses, ...learned, total: poisonUnknown(total, given.label) }
  }) as Losses
}

function repeatPosterior(q: DiagonalNormal, draws: number): DiagonalNormal {
  return draws === 1 ? q : { mean: repeat(q.mean, draws), logVariance: repeat(q.logVariance, draws) }
}

function repeat<T extends Tensor>(x: T, times: number): T {
  return times === 1 ? x : tile(x, [times, ...x.shape.slice(1).map(() => 1)])
}

/** Nats of KL, and codes in use, below which nothing gets through. */
const [fewNats, fewCodes] = [0.1, 1.5]

function warnings({ kl, perplexity }: Readonly<Record<string, number>>): Warning[] {
  const found: Warning[] = []
  if (kl !== undefined && kl < fewNats) {
    const message = `vae: expected codes that tell of x, got a KL divergence of ${kl.toPrecision(2)} nats`
    const remedy = 'lower beta or warm it up, lower the deviation, or pass freeNats'
    found.push({ name: 'posterior-collapse', message: `${message}; ${remedy}` })
  }
  if (perplexity !== undefined && perplexity < fewCodes) {
    const message = `vae: expected many vectors of the codebook in use, got ${perplexity.toPrecision(2)}`
    found.push({ name: 'codebook-collapse', message: `${message}; raise revive, or lower the learning rate` })
  }
  return found
}
