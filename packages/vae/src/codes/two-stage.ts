/** A second VAE, on the codes of a first. @module */
import type { Key } from '@gen/backend'
import type { ImplicitDistribution } from '@gen/model'
import { reshape, tidy } from '@tensorflow/tfjs-core'
import { mlpNetworks, type NetworkMaker } from '../networks.ts'
import { computedGamma } from '../presets.ts'
import { drawAtOnce } from '../sample.ts'
import type { Vae } from '../vae.ts'

/** Options of {@link twoStage}. */
export interface TwoStageOptions {
  /** The trained first stage. */
  first: Pick<Vae, 'latentSize'>
  /** Draws the weights. */
  key: Key
  /** @default the first stage's */
  latentSize?: number
  /** @default mlpNetworks({ widths: [512, 512] }) */
  network?: NetworkMaker
}

/**
 * The second stage: a VAE with computed γ over the codes of a first. The first stage's aggregate posterior is not the prior
 * it was held to; the second one learns what it is. Train it on `codeBatches(first, …)`, and sample the first by
 * `latentSampler(second)`.
 *
 * @see Diagnosing and enhancing VAE models (Dai & Wipf, 2019) https://arxiv.org/abs/1903.05789
 * @example
 * const second = twoStage({ first, key: key(1) })
 * await last(fit(second, codeBatches(first, batches, { key: key(2) }), { steps: 2000, optimizer: adam(), key: key(3) }))
 * const images = await first.sample({ count: 64, key: key(4), sampler: latentSampler(second) })
 */
export function twoStage({
  first,
  key,
  latentSize = first.latentSize,
  network = mlpNetworks({ widths: [512, 512] }),
}: TwoStageOptions): Vae {
  return computedGamma({ shape: [first.latentSize], latentSize, network, key })
}

/**
 * A model of codes as a sampler of codes: `z ~ p(z | u)`, u from the model's prior.
 *
 * @example
 * const images = await first.sample({ count: 64, key: key(0), sampler: latentSampler(second) })
 */
export function latentSampler(model: Pick<Vae, 'parts'>): ImplicitDistribution {
  const { parts } = model
  const size = parts.shape.reduce((product, n) => product * n, 1)
  return { size, sample: (count, k) => tidy(() => reshape(drawAtOnce(parts, count, k), [count, size])) }
}
