/** GANs from plain JSON. @module */
import { allOrNothing, type Key, key, split } from '@gen/backend'
import type { Objective } from '@gen/losses'
import * as v from 'valibot'
import { fail, networkOf, objectiveOf, parse, penaltyOf } from './config-entries.ts'
import { augmentations } from './game/augment.ts'
import { type Gan, type GanOptions, gan } from './gan.ts'

/** Options of {@link ganFromConfig}; what a config cannot hold must be given. */
export interface GanFromConfigOptions extends Partial<Pick<GanOptions, 'generator' | 'discriminator'>> {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** Needed where it was none of the named distributions. */
  latent?: GanOptions['latent']
  /** Needed where it is none of `@gen/losses`. */
  objective?: Objective
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const whole = v.strictObject({
  kind: v.literal('gan'),
  generator: v.unknown(),
  discriminator: v.unknown(),
  objective: v.string(),
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
  } = parse('a GAN’s config', whole, config)
  const [forGenerator, forDiscriminator] = split(options.key ?? key(0)) as [Key, Key]
  const z = options.latent ?? latent
  if (!z) return fail('a latent distribution, for the GAN had its own', 'none; pass { latent }')
  return allOrNothing(() =>
    gan({
      ...rest,
      objective: options.objective ?? objectiveOf(objective),
      penalties: penalties.map(penaltyOf),
      latent: z,
      generator: options.generator ?? made('generator', generator, forGenerator),
      discriminator: options.discriminator ?? made('discriminator', discriminator, forDiscriminator),
    }),
  )
}

function made(name: string, config: unknown, k: Key): ReturnType<typeof networkOf> {
  if (config === null) return fail(`a ${name}, for the GAN had its own`, `none; pass { ${name} }`)
  return networkOf(config, k)
}
