/** A generative adversarial network: two networks and an objective, that train and sample. @module */
import {
  assertInteger,
  assertNumber,
  assertShape,
  GenError,
  type JsonObject,
  type Key,
  type Labels,
  labelTensor,
  poisonUnknown,
  split,
} from '@gen/backend'
import { nonSaturating, type Objective, type Penalty } from '@gen/losses'
import type { Player, Trainable } from '@gen/train'
import {
  concat,
  dispose,
  mul,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Augmentation, assertAugmentations } from './game/augment.ts'
import { assertBatch, checkBatch, type GanBatch } from './game/batch.ts'
import { discriminatorLoss, fromNetwork, type Game, generatorLoss, seesData, toNetwork } from './game/game.ts'
import { labelsOrDrawn } from './game/labels.ts'
import { type Latent, type LatentName, latentOf } from './game/latent.ts'
import { packRows } from './game/pack.ts'
import { discriminatorWarnings, generatorWarnings } from './game/warnings.ts'
import { adaptNetwork, type Network } from './network.ts'

/** Options of {@link gan}. */
export interface GanOptions {
  /** `[batch, latentSize]` (and label) → images in [−1, 1], or points. */
  generator: Network | LayersModel
  /** What the generator makes (and label) → logits `[batch, 1]`. */
  discriminator: Network | LayersModel
  /** @default nonSaturating() */
  objective?: Objective
  /** Added to the discriminator's loss. @default none */
  penalties?: readonly Penalty[]
  /** Updates of the discriminator per round: the lecture's k. @default 1 */
  discriminatorSteps?: number
  /** Distribution of z. @default 'normal' */
  latent?: Latent | LatentName
  /** How many classes labels tell apart; 0 for none. @default 0 */
  classes?: number
  /** Samples that the discriminator judges together, their channels side by side. @default 1 */
  pack?: number
  /** Augmentations of images, through which the generator's gradient goes. @default none */
  augment?: readonly Augmentation[]
}

/** What a GAN was made from, as plain JSON: `ganFromConfig` makes it again. */
export interface GanConfig extends JsonObject {
  readonly kind: 'gan'
  /** How the networks were made; null for networks of your own. */
  readonly generator: JsonObject | null
  readonly discriminator: JsonObject | null
  readonly objective: string
  readonly penalties: readonly JsonObject[]
  readonly discriminatorSteps: number
  /** null for a distribution of your own. */
  readonly latent: LatentName | null
  readonly classes: number
  readonly pack: number
  readonly augment: readonly Augmentation[]
}

/** What a sample is told. */
export interface GanCondition {
  /** One class for all rows or one for each, for a model with classes. */
  readonly labels?: Labels | undefined
}

/** Options of `sample`. */
export interface GanSampleOptions extends GanCondition {
  /** Multiplies z: below 1 gives likelier and less varied samples. @default 1 */
  readonly temperature?: number
  /** Rows generated at once, which bounds memory; the samples do not depend on it. @default 64 */
  readonly batchSize?: number
}

/** A generative adversarial network. */
export interface Gan extends Trainable<GanBatch> {
  /** Shape of one item, without the batch. */
  readonly shape: readonly number[]
  readonly latentSize: number
  /** The distribution of z. */
  readonly latent: Latent
  readonly config: GanConfig
  readonly players: readonly [discriminator: Player<GanBatch>, generator: Player<GanBatch>]
  /**
   * `G(z)`: images `[batch, h, w, c]` in [0, 1], or points. Differentiable in z.
   *
   * @throws GenError `shape` for a z of another size; `config`, `shape` or `range` for labels that do not fit.
   */
  decode(z: Tensor2D, condition?: GanCondition): Tensor
  /**
   * Samples `[count, …]`; sample i depends only on (k, i). Without labels a model with classes draws them too. The variables
   * are used as they are: after `fit` with `ema` they hold the averages.
   *
   * @throws GenError `value` or `range` for options; `config`, `shape` or `range` for labels that do not fit.
   */
  sample(count: number, k: Key, options?: GanSampleOptions): Tensor
  /**
   * The discriminator's logits `[batch]` of data (`[batch / pack]` for a packed one): σ of them is its belief that x is real,
   * for the objectives with a logarithm.
   *
   * @throws GenError `shape` for other data; `config`, `shape` or `range` for labels that do not fit.
   */
  score(x: Tensor, condition?: GanCondition): Tensor1D
  /** Frees the variables of both networks. */
  dispose(): void
}

const where = 'gan.gan'

/**
 * Makes a GAN: a game of two players, `discriminator` and `generator`, each with its own optimizer.
 *
 * A step of `fit` is the lecture's round: `discriminatorSteps` times, draw z and data and let the discriminator descend
 * `objective.discriminator(D(x), D(G(z)))` plus penalties; then draw z and let the generator descend
 * `objective.generator(D(G(z)), D(x))`. Images are [0, 1] outside and [−1, 1] for the networks; points are taken as they are.
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
 * const points = model.sample(100, key(2))
 */
export function gan(options: GanOptions): Gan {
  const { discriminatorSteps = 1, latent = 'normal', objective = nonSaturating(), penalties = [] } = options
  const { classes = 0, pack = 1, augment = [] } = options
  const [generator, discriminator] = [adaptNetwork(options.generator), adaptNetwork(options.discriminator)]
  assertOptions({ generator, discriminator, discriminatorSteps, classes, pack, augment })
  const { outputShape: shape } = generator
  const latentSize = generator.inputShape[0]!
  const prior = latentOf(latent, latentSize)
  const game: Game = {
    ...{ shape, classes, pack, augment, generator, discriminator, objective, penalties },
    latent: prior,
    generatorSeesData: seesData(objective),
  }
  const decode = (z: Tensor2D, label: Tensor1D | undefined) =>
    tidy(() => poisonUnknown(fromNetwork(generator.apply(z, { label }), shape), label))
  return {
    shape,
    latentSize,
    latent: prior,
    players: playersOf(game, discriminatorSteps),
    config: {
      kind: 'gan',
      generator: generator.config ?? null,
      discriminator: discriminator.config ?? null,
      objective: objective.name,
      penalties: penalties.map(({ config }) => config),
      latent: typeof latent === 'string' ? latent : null,
      ...{ discriminatorSteps, classes, pack, augment },
    },
    decode(z, { labels } = {}) {
      assertShape('gan.decode', 'z', z, [null, latentSize])
      return tidy(() => decode(z, labelTensor('gan.decode', labels, { rows: z.shape[0], classes })))
    },
    sample: (count, k, given = {}) => sample(game, decode, count, k, given),
    score(x, { labels } = {}) {
      assertShape('gan.score', 'x', x, [null, ...shape])
      return tidy(() => {
        const label = labelTensor('gan.score', labels, { rows: x.shape[0] ?? 0, classes })
        const logits = discriminator.apply(packRows(toNetwork(x, shape), pack), { label })
        return poisonUnknown(reshape(logits, [-1]) as Tensor1D, label)
      })
    },
    dispose: () => dispose([...variablesOf(generator), ...variablesOf(discriminator)]),
  }
}

function playersOf(game: Game, steps: number): Gan['players'] {
  const { generator, discriminator } = game
  // Either player's loss calls both networks in training mode, which may move the state of both.
  const state = () => [...(generator.state?.() ?? []), ...(discriminator.state?.() ?? [])]
  const check = (batch: GanBatch) => checkBatch(game, batch)
  const losing = (loss: typeof generatorLoss) => (batch: GanBatch, k: Key) => {
    assertBatch(game, batch)
    return loss(game, batch, k)
  }
  return [
    {
      name: 'discriminator',
      steps,
      variables: () => discriminator.variables(),
      loss: losing(discriminatorLoss),
      warnings: discriminatorWarnings,
      ...{ state, check },
    },
    {
      name: 'generator',
      variables: () => generator.variables(),
      loss: losing(generatorLoss),
      warnings: generatorWarnings,
      ...{ state, check },
    },
  ]
}

function sample(
  { latent, classes }: Game,
  decode: (z: Tensor2D, label: Tensor1D | undefined) => Tensor,
  count: number,
  k: Key,
  { labels, temperature = 1, batchSize = 64 }: GanSampleOptions,
): Tensor {
  const name = 'gan.sample'
  assertInteger(name, 'count', count, { min: 1 })
  assertInteger(name, 'batchSize', batchSize, { min: 1 })
  assertNumber(name, 'temperature', temperature, { min: 0 })
  const [forLatent, forLabels] = split(k) as [Key, Key]
  return tidy(() => {
    const z = mul(latent.sample(count, forLatent), temperature) as Tensor2D
    const label = labelsOrDrawn(name, labels, { rows: count, classes }, forLabels)
    const parts = Array.from({ length: Math.ceil(count / batchSize) }, (_, part) => {
      const [from, rows] = [part * batchSize, Math.min(batchSize, count - part * batchSize)]
      return decode(slice(z, [from, 0], [rows, z.shape[1]]), label && slice(label, from, rows))
    })
    return parts.length === 1 ? parts[0]! : concat(parts)
  })
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
  if (latentShape.length !== 1 || judged.join() !== packed.join() || logits.join() !== '1') {
    const got = `[${latentShape}] → [${shape}] and [${judged}] → [${logits}]`
    fail(`networks [latentSize] → [${shape}] and [${packed}] → [1]`, got)
  }
  if (augment.length > 0 && shape.length !== 3) fail('images to augment', `points [${shape}]; leave augment out`)
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
