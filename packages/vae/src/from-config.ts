/** Models from plain JSON. @module */
import { allOrNothing, fold, type Key, key } from '@gen/backend'
import type { Distribution } from '@gen/priors'
import * as v from 'valibot'
import { makers, parse } from './config-entries.ts'
import { compose } from './presets.ts'
import type { Vae } from './vae.ts'

/** Options of {@link vaeFromConfig}. */
export interface VaeFromConfigOptions {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** The prior, where it was one of your own. */
  prior?: Distribution
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const whole = v.strictObject({
  kind: v.literal('vae'),
  shape: v.pipe(v.array(count), v.minLength(1)),
  latentSize: count,
  classes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  network: v.unknown(),
  prior: v.unknown(),
  posterior: v.unknown(),
  likelihood: v.unknown(),
  head: v.unknown(),
  divergence: v.unknown(),
})

/**
 * Builds a model from its `config`: the same pieces, with weights still to be written into it.
 *
 * @throws GenError `config` for what no model of this package gives as its config, or for a prior or networks of your own;
 * `value`, `range` or `shape` for numbers that make no model, or one too large. Nothing is left behind.
 * @example
 * const copy = vaeFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function vaeFromConfig(config: unknown, { key: k = key(0), prior }: VaeFromConfigOptions = {}): Vae {
  const { shape, latentSize, classes, ...parts } = parse('a VAE’s config', whole, config)
  const given = { shape, key: fold(k, 1) }
  return allOrNothing(() =>
    compose({
      shape,
      latentSize,
      classes,
      key: k,
      network: makers.network(parts.network, given),
      likelihood: makers.likelihood(parts.likelihood, given),
      head: makers.head(parts.head, given),
      divergence: makers.divergence(parts.divergence, given),
      prior: prior ?? makers.prior(parts.prior, given),
      posterior: makers.posterior(parts.posterior, given),
    }),
  )
}
