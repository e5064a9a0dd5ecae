/** Models from plain JSON. @module */
import { allOrNothing, configFields, fold, type Key, key, parseConfig } from '@gen/backend'
import { likelihoodFromConfig } from '@gen/losses'
import type { Distribution } from '@gen/model'
import * as v from 'valibot'
import { divergenceFromConfig } from './divergences/from-config.ts'
import { headFromConfig, networksFromConfig, priorFromConfig } from './pieces-from-config.ts'
import { posteriorFromConfig } from './posteriors/from-config.ts'
import { compose } from './presets.ts'
import type { Vae } from './vae.ts'

/** Options of {@link vaeFromConfig}. */
export interface VaeFromConfigOptions {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** The prior, where it was one of your own. */
  prior?: Distribution
}

const { count, size } = configFields
const whole = v.strictObject({
  kind: v.literal('vae'),
  shape: v.pipe(v.array(size), v.minLength(1)),
  latentSize: size,
  classes: count,
  context: v.exactOptional(v.pipe(v.array(size), v.minLength(1))),
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
  const { shape, latentSize, classes, context, ...parts } = parseConfig(
    'vae.vaeFromConfig',
    'a VAE’s config',
    whole,
    config,
  )
  const given = { shape, key: fold(k, 1) }
  return allOrNothing(() =>
    compose({
      shape,
      latentSize,
      classes,
      context,
      key: k,
      network: networksFromConfig(parts.network),
      likelihood: likelihoodFromConfig(parts.likelihood),
      head: headFromConfig(parts.head),
      divergence: divergenceFromConfig(parts.divergence),
      prior: prior ?? priorFromConfig(parts.prior, given),
      posterior: posteriorFromConfig(parts.posterior, given.key),
    }),
  )
}
