/** A generative adversarial network: two networks and an objective, that train and sample. @module */
import { assertInteger, assertShape, conditionTensors, GenError, type JsonObject, poisonUnknown } from '@gen/backend'
import { nonSaturating, type Objective, type Penalty } from '@gen/losses'
import type { Batch, Condition, GenerativeModel, ImplicitDistribution, ModelConfig, Network, Player } from '@gen/model'
import { adaptNetwork } from '@gen/nn'
import { dispose, mean, reshape, type Tensor, type Tensor1D, type Tensor2D, tidy, util } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Augmentation, assertAugmentations } from './game/augment.ts'
import { type Game, seesData, toNetwork } from './game/game.ts'
import { type LatentName, latentOf } from './game/latent.ts'
import { packRows } from './game/pack.ts'
import { playersOf } from './player.ts'
import { type GanSampleOptions, generate, sampleItems } from './sample.ts'

/** Options of {@link gan}. */
export interface GanOptions {
  /** `[batch, latentSize]` (and label, and context) → images in [−1, 1], or points. */
  generator: Network | LayersModel
  /** What the generator makes (and label, and context) → logits `[batch, 1]`, or `[batch, h, w, 1]`: one for each patch. */
  discriminator: Network | LayersModel
  /** @default nonSaturating() */
  objective?: Objective
  /** Added to the discriminator's loss. @default none */
  penalties?: readonly Penalty[]
  /** Updates of the discriminator per round: the lecture's k. @default 1 */
  discriminatorSteps?: number
  /** Distribution of z. @default 'normal' */
  latent?: ImplicitDistribution | LatentName
  /** How many classes labels tell apart; 0 for none. @default 0 */
  classes?: number
  /** Samples that the discriminator judges together, their channels side by side. @default 1 */
  pack?: number
  /** Augmentations of images, through which the generator's gradient goes. @default none */
  augment?: readonly Augmentation[]
}

/** What a GAN was made from, as plain JSON: `ganFromConfig` makes it again. */
export interface GanConfig extends ModelConfig {
  readonly kind: 'gan'
  /** How the networks were made; null for networks of your own. */
  readonly generator: JsonObject | null
  readonly discriminator: JsonObject | null
  readonly objective: JsonObject
  readonly penalties: readonly JsonObject[]
  readonly discriminatorSteps: number
  /** null for a distribution of your own. */
  readonly latent: LatentName | null
  readonly classes: number
  readonly pack: number
  readonly augment: readonly Augmentation[]
}

/** A generative adversarial network. */
export interface Gan extends GenerativeModel<Batch> {
  readonly latentSize: number
  readonly networks: { readonly generator: Network; readonly discriminator: Network }
  /** The distribution of z. */
  readonly latent: ImplicitDistribution
  readonly config: GanConfig
  readonly players: readonly [discriminator: Player<Batch>, generator: Player<Batch>]
  /**
   * `G(z)`: images `[batch, h, w, c]` in [0, 1], or points. Differentiable in z.
   *
   * @throws GenError `shape` for a z of another size; `config`, `shape` or `range` for a condition that does not fit.
   */
  decode(z: Tensor2D, condition?: Condition): Tensor
  /**
   * `G(z)` of so many z. Without labels a model with classes draws them too.
   *
   * @throws GenError as of every model; `value` or `range` for a temperature.
   */
  sample(options: GanSampleOptions): Promise<Tensor>
  /**
   * The discriminator's logits `[batch]` of data (`[batch / pack]` for a packed one), means over patches: σ of them is its belief
   * that x is real, for the objectives with a logarithm.
   *
   * @throws GenError `shape` for other data; `config`, `shape` or `range` for a condition that does not fit.
   */
  score(x: Tensor, condition?: Condition): Tensor1D
}

const where = 'gan.gan'

/**
 * Makes a GAN: a game of two players, `discriminator` and `generator`, each with its own optimizer.
 *
 * A step of `fit` is the lecture's round: `discriminatorSteps` times, draw z and data and let the discriminator descend
 * `objective.discriminator(D(x), D(G(z)))` plus penalties; then draw z and let the generator descend
 * `objective.generator(D(G(z)), D(x))`. Images are [0, 1] outside and [−1, 1] for the networks; points are taken as they are.
 *
 * A discriminator of patches judges each as if it were an image; penalties look at the sum of its logits.
 *
 * Losses of the discriminator: `total`, `adversarial`, each penalty by name, `realLogit` and `fakeLogit` (means). Of the
 * generator: `total` and `variety`, the variance of its samples as a share of the data's. `fit` warns by name:
 * `discriminator-wins` (its loss stays at 0), `mode-collapse` (samples hardly vary).
 *
 * @throws GenError `config`, `value` or `range` for networks or options that make no game.
 * @see Generative adversarial networks (Goodfellow et al., 2014) https://arxiv.org/abs/1406.2661
 * @example
 * const generator = mlpGenerator({ shape: [2], latentSize: 4, key: key(0) })
 * const discriminator = mlpDiscriminator({ shape: [2], key: key(1) })
 * const model = gan({ generator, discriminator, objective: relativistic(), penalties: [r1({ weight: 1 }), r2({ weight: 1 })] })
 * const points = await model.sample({ count: 100, key: key(2) })
 */
export function gan(options: GanOptions): Gan {
  const { discriminatorSteps = 1, latent = 'normal', objective = nonSaturating(), penalties = [] } = options
  const { classes = 0, pack = 1, augment = [] } = options
  const [generator, discriminator] = [
    adaptNetwork('gan', options.generator),
    adaptNetwork('gan', options.discriminator),
  ]
  assertOptions({ generator, discriminator, discriminatorSteps, classes, pack, augment })
  const { outputShape: shape } = generator
  const latentSize = generator.inputShape[0]!
  const patches = util.sizeFromShape([...discriminator.outputShape])
  const prior = latentOf(latent, latentSize)
  const game: Game = {
    ...{ shape, classes, pack, augment, generator, discriminator, objective, penalties },
    context: generator.context,
    latent: prior,
    generatorSeesData: seesData(objective),
  }
  const bounds = { classes, context: generator.context }
  const players = playersOf(game, discriminatorSteps)
  return {
    shape,
    latentSize,
    networks: { generator, discriminator },
    latent: prior,
    players,
    variables: () => players.flatMap((player) => player.variables()),
    config: {
      kind: 'gan',
      generator: generator.config ?? null,
      discriminator: discriminator.config ?? null,
      objective: objective.config,
      penalties: penalties.map(({ config }) => config),
      latent: typeof latent === 'string' ? latent : null,
      ...{ discriminatorSteps, classes, pack, augment },
    },
    decode(z, condition = {}) {
      assertShape('gan.decode', 'z', z, [null, latentSize])
      return tidy(() => generate(game, z, conditionTensors('gan.decode', condition, { rows: z.shape[0], ...bounds })))
    },
    sample: (sampling) => sampleItems(game, sampling),
    score(x, condition = {}) {
      assertShape('gan.score', 'x', x, [null, ...shape])
      return tidy(() => {
        const told = conditionTensors('gan.score', condition, { rows: x.shape[0] ?? 0, ...bounds })
        const logits = discriminator.apply(packRows(toNetwork(x, shape), pack), told)
        return poisonUnknown(mean(reshape(logits, [-1, patches]), 1) as Tensor1D, told.label)
      })
    },
    dispose: () => dispose([...variablesOf(generator), ...variablesOf(discriminator)]),
  }
}

function variablesOf(network: Network): Tensor[] {
  return [...network.variables(), ...(network.state?.() ?? [])]
}

interface Checked {
  generator: Network
  discriminator: Network
  discriminatorSteps: number
  classes: number
  pack: number
  augment: readonly Augmentation[]
}

function assertOptions({ generator, discriminator, discriminatorSteps, classes, pack, augment }: Checked): void {
  assertInteger(where, 'discriminatorSteps', discriminatorSteps, { min: 1 })
  assertInteger(where, 'classes', classes, { min: 0 })
  assertInteger(where, 'pack', pack, { min: 1 })
  assertAugmentations(where, augment)
  const { outputShape: shape, inputShape: latentShape } = generator
  const packed = [...shape.slice(0, -1), pack * shape.at(-1)!]
  const { inputShape: judged, outputShape: logits } = discriminator
  if (latentShape.length !== 1 || judged.join() !== packed.join() || logits.at(-1) !== 1) {
    const got = `[${latentShape}] → [${shape}] and [${judged}] → [${logits}]`
    fail(`networks [latentSize] → [${shape}] and [${packed}] → [1]`, got)
  }
  if (augment.length > 0 && shape.length !== 3) fail('images to augment', `points [${shape}]; leave augment out`)
  const contexts = [generator.context, discriminator.context].map((row) => (row ? `[${row.join(', ')}]` : 'none'))
  if (contexts[0] !== contexts[1]) fail('networks that take the same context', contexts.join(' and '))
  if (generator.context && pack > 1) fail('pack: 1 with a context', `pack: ${pack}; packed samples have none in common`)
  if (classes > 0 && pack > 1) fail('pack: 1 with classes', `pack: ${pack}; packed samples have no class in common`)
  for (const [name, { labels = false }] of Object.entries({ generator, discriminator })) {
    if (labels !== classes > 0) {
      fail(`a ${name} that takes ${classes > 0 ? '' : 'no '}labels, for classes: ${classes}`, 'another')
    }
  }
}

function fail(expected: string, got: string): never {
  throw new GenError('config', `${where}: expected ${expected}, got ${got}`)
}
