/** GANs from plain JSON. @module */
import { allOrNothing, configFields, GenError, type Key, key, parseConfig, split } from '@gen/backend'
import { type Objective, objectiveFromConfig, penaltyFromConfig } from '@gen/losses'
import type { Network } from '@gen/model'
import * as v from 'valibot'
import { augmentations } from './game/augment.ts'
import { type Gan, type GanOptions, gan } from './gan.ts'
import { networkFromConfig } from './networks/from-config.ts'

/** Options of {@link ganFromConfig}; what a config cannot hold must be given. */
export interface GanFromConfigOptions extends Partial<Pick<GanOptions, 'generator' | 'discriminator'>> {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** Needed where it was none of the named distributions. */
  latent?: GanOptions['latent']
  /** Needed where it is none of `@gen/losses`. */
  objective?: Objective
}

const where = 'gan.ganFromConfig'
const { count } = configFields
const whole = v.strictObject({
  kind: v.literal('gan'),
  generator: v.unknown(),
  discriminator: v.unknown(),
  objective: v.unknown(),
  penalties: v.array(v.unknown()),
  // Each is a step of training.
  discriminatorSteps: v.pipe(count, v.maxValue(1000)),
  latent: v.nullable(v.picklist(['normal', 'uniform'])),
  classes: count,
  pack: count,
  augment: v.array(v.picklist(augmentations)),
})

/**
 * Builds a GAN from its `config`: the same game, with weights still to be written into it.
 *
 * @throws GenError `config` for what no GAN gives as its config, or where a part of your own is needed and not given;
 * `value`, `range` or `shape` for numbers that make no GAN, or one too large. Nothing is left behind.
 * @example
 * const copy = ganFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function ganFromConfig(config: unknown, options: GanFromConfigOptions = {}): Gan {
  const {
    generator,
    discriminator,
    objective,
    penalties,
    latent,
    kind: _,
    ...rest
  } = parseConfig(where, 'a GAN’s config', whole, config)
  const [forGenerator, forDiscriminator] = split(options.key ?? key(0)) as [Key, Key]
  const z = options.latent ?? latent
  if (!z) throw ofYourOwn('latent', 'latent distribution')
  return allOrNothing(() =>
    gan({
      ...rest,
      objective: options.objective ?? objectiveFromConfig(objective),
      penalties: penalties.map((penalty) => penaltyFromConfig(penalty)),
      latent: z,
      generator: options.generator ?? made('generator', generator, forGenerator),
      discriminator: options.discriminator ?? made('discriminator', discriminator, forDiscriminator),
    }),
  )
}

function made(name: string, config: unknown, k: Key): Network {
  if (config === null) throw ofYourOwn(name, name)
  return networkFromConfig(config, k)
}

function ofYourOwn(name: string, noun: string): GenError {
  return new GenError('config', `${where}: expected a ${noun}, for the GAN had its own, got none; pass { ${name} }`)
}
