/** GANs from plain JSON. @module */
import { GenError, type Key, key, split } from '@gen/backend'
import {
  dragan,
  gradientPenalty,
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  type Objective,
  type Penalty,
  r1,
  r2,
  relativistic,
  wasserstein,
} from '@gen/losses'
import * as v from 'valibot'
import { augmentations } from './augment.ts'
import { type Gan, type GanOptions, gan } from './gan.ts'
import type { Network } from './network.ts'
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.ts'
import { mlpDiscriminator, mlpGenerator } from './networks/mlp.ts'
import { r3Discriminator, r3Generator } from './networks/r3.ts'
import { residualDiscriminator, residualGenerator } from './networks/residual.ts'

/** Options of {@link ganFromConfig}; what a config cannot hold must be given. */
export interface GanFromConfigOptions extends Partial<Pick<GanOptions, 'generator' | 'discriminator'>> {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** Needed where it was none of the named distributions. */
  latent?: GanOptions['latent']
  /** Needed where it is none of `@gen/losses`. */
  objective?: Objective
}

const part = v.looseObject({ kind: v.string() })
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const whole = v.strictObject({
  kind: v.literal('gan'),
  generator: v.nullable(part),
  discriminator: v.nullable(part),
  objective: v.string(),
  penalties: v.array(part),
  discriminatorSteps: count,
  latent: v.nullable(v.picklist(['normal', 'uniform'])),
  classes: count,
  pack: count,
  augment: v.array(v.picklist(augmentations)),
})

const networks: Record<string, (options: never) => Network> = {
  dcganDiscriminator,
  dcganGenerator,
  mlpDiscriminator,
  mlpGenerator,
  r3Discriminator,
  r3Generator,
  residualDiscriminator,
  residualGenerator,
}

const objectives: Record<string, () => Objective> = {
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  relativistic,
  wasserstein,
}

const penaltyMakers: Record<string, (options: never) => Penalty> = { dragan, gradientPenalty, r1, r2 }

/**
 * Builds a GAN from its `config`: the same game, with weights still to be written into it.
 *
 * @throws GenError `config` for what no GAN gives as its config, or where a part of your own is needed and not given.
 * @example
 * const copy = ganFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function ganFromConfig(config: unknown, options: GanFromConfigOptions = {}): Gan {
  const parsed = v.safeParse(whole, config)
  if (!parsed.success) return fail('a GAN’s config', parsed.issues[0].message)
  const { generator, discriminator, objective, penalties, latent, kind: _, ...rest } = parsed.output
  const [forGenerator, forDiscriminator] = split(options.key ?? key(0)) as [Key, Key]
  const z = options.latent ?? latent
  if (!z) return fail('a latent distribution, for the GAN had its own', 'none; pass { latent }')
  return gan({
    ...rest,
    generator: options.generator ?? networkOf('generator', generator, forGenerator),
    discriminator: options.discriminator ?? networkOf('discriminator', discriminator, forDiscriminator),
    objective: options.objective ?? lookUp(objectives, 'objective', objective)(),
    penalties: penalties.map(({ kind, ...own }) => lookUp(penaltyMakers, 'penalty', kind)(own as never)),
    latent: z,
  })
}

function networkOf(name: string, config: v.InferOutput<typeof part> | null, k: Key): Network {
  if (!config) return fail(`a ${name}, for the GAN had its own`, `none; pass { ${name} }`)
  const { kind, ...options } = config
  return lookUp(networks, name, kind)({ ...options, key: k } as never)
}

function lookUp<M>(makers: Record<string, M>, noun: string, name: string): M {
  if (Object.hasOwn(makers, name)) return makers[name]!
  return fail(`a ${noun} of ${Object.keys(makers).join(', ')}`, name)
}

function fail(expected: string, got: string): never {
  throw new GenError('config', `gan.ganFromConfig: expected ${expected}, got ${got}`)
}
