/** Super-resolution: by squared error, and as a game. @module */
import {
  assertBatch,
  assertInteger,
  assertNumber,
  assertShape,
  checkBatch,
  fold,
  type JsonObject,
  type Key,
  refusal,
  withoutGradient,
} from '@gen/backend'
import { nonSaturating, type Objective, type Penalty } from '@gen/losses'
import type { Batch, Losses, Network, Player, Trainable } from '@gen/model'
import { adaptNetwork } from '@gen/nn'
import {
  addN,
  clipByValue,
  dispose,
  mean,
  mul,
  reshape,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { fromNetwork, seesData, toNetwork } from '../game/game.ts'
import { discriminatorWarnings } from '../game/warnings.ts'

/** Options of {@link superResolution}. */
export interface SuperResolutionOptions {
  /** Small images in [−1, 1] → large ones: `srResNet`. */
  network: Network | LayersModel
  /** Large images → logits; without one the network is trained on content alone. */
  discriminator?: Network | LayersModel
  /** @default nonSaturating() */
  objective?: Objective
  /** Added to the discriminator's loss. @default none */
  penalties?: readonly Penalty[]
  /** Distance of two batches of images in [0, 1], `[batch]`, e.g. `perceptualLoss` of `@gen/losses`. @default none */
  perceptual?: (restored: Tensor, original: Tensor) => Tensor1D
  /** Weights of the three parts of the generator's loss, all sums over an image. @default { pixel: 1, perceptual: 1, adversarial: 1 } */
  weights?: { readonly pixel?: number; readonly perceptual?: number; readonly adversarial?: number }
}

/** A network that enlarges images. */
export interface SuperResolution extends Trainable<Batch> {
  /** Shape of the large images. */
  readonly shape: readonly number[]
  readonly factor: number
  /** `srResNet({ ...config.network, key })` makes the network again. */
  readonly config: JsonObject
  /** Restores images `[batch, h, w, c]` in [0, 1] that {@link SuperResolution.shrink} made small, clipped to [0, 1]. */
  upscale(small: Tensor): Tensor4D
  /** Means over `factor` × `factor` pixels: how training makes small images of large ones. */
  shrink(large: Tensor): Tensor4D
  /** Frees the variables of the networks. */
  dispose(): void
}

const where = 'gan.superResolution'

/**
 * Makes a super-resolution model. Without a discriminator its only player, `generator`, descends the squared error (`pixel`,
 * summed over the image) and the perceptual distance: the mean of all answers. With one it is SRGAN: the generator's
 * adversarial loss is added, and it has to pick an answer. Train the same network first without and then with:
 *
 * @throws GenError `config` for networks that do not fit each other, `range` for weights.
 * @see Photo-realistic single image super-resolution using a GAN (Ledig et al., 2016) https://arxiv.org/abs/1609.04802
 * @example
 * const network = srResNet({ shape: [8, 8, 3], factor: 2, width: 8, blocks: 1, key: key(0) })
 * const discriminator = mlpDiscriminator({ shape: [16, 16, 3], key: key(1) })
 * await last(fit(superResolution({ network }), batches, { steps: 2000, optimizer: adam(), key: key(2) }))
 * const model = superResolution({ network, discriminator, perceptual: perceptualLoss({ features }) })
 * await last(fit(model, batches, { steps: 2000, optimizer: adam({ learningRate: 1e-4, beta1: 0.5 }), key: key(3) }))
 */
export function superResolution(options: SuperResolutionOptions): SuperResolution {
  const { objective = nonSaturating(), penalties = [], perceptual, weights = {} } = options
  const network = adaptNetwork('gan', options.network)
  const discriminator = options.discriminator && adaptNetwork('gan', options.discriminator)
  const { pixel = 1, perceptual: perceptualWeight = 1, adversarial = 1 } = weights
  for (const [name, value] of Object.entries({ pixel, perceptual: perceptualWeight, adversarial })) {
    assertNumber(where, `weights.${name}`, value, { min: 0 })
  }
  const { outputShape: shape, inputShape: small } = network
  const factor = factorOf(small, shape)
  assertDiscriminator(discriminator, shape)
  const parts: Parts = {
    ...{ network, discriminator, objective, penalties, perceptual, shape, factor },
    weights: { pixel, perceptual: perceptualWeight, adversarial },
    generatorSeesData: seesData(objective),
  }
  const all = [network, ...(discriminator ? [discriminator] : [])]
  return {
    shape,
    factor,
    players: playersOf(parts),
    config: {
      kind: 'superResolution',
      network: network.config ?? null,
      discriminator: discriminator?.config ?? null,
      objective: objective.config,
      penalties: penalties.map(({ config }) => config),
      weights: parts.weights,
    },
    upscale(x) {
      assertShape('gan.upscale', 'small', x, [null, ...small])
      return tidy(() => clipByValue(fromNetwork(network.apply(toNetwork(x, small)), shape), 0, 1)) as Tensor4D
    },
    shrink(large) {
      assertShape('gan.shrink', 'large', large, [null, ...shape])
      return tidy(() => shrink(large, factor))
    },
    dispose: () => dispose(all.flatMap((one) => [...one.variables(), ...(one.state?.() ?? [])])),
  }
}

interface Parts {
  readonly network: Network
  readonly discriminator: Network | undefined
  readonly objective: Objective
  readonly penalties: readonly Penalty[]
  readonly perceptual: SuperResolutionOptions['perceptual']
  readonly weights: { readonly pixel: number; readonly perceptual: number; readonly adversarial: number }
  readonly shape: readonly number[]
  readonly factor: number
  readonly generatorSeesData: boolean
}

function playersOf(parts: Parts): Player<Batch>[] {
  const { network, discriminator } = parts
  const state = () => [...(network.state?.() ?? []), ...(discriminator?.state?.() ?? [])]
  const player = (name: string, own: Network, loss: (batch: Batch, k: Key) => Losses): Player<Batch> => ({
    name,
    variables: () => own.variables(),
    state,
    check: (batch) => checkBatch('gan.loss', { shape: parts.shape, classes: 0 }, batch),
    loss: (batch, k) => {
      assertBatch('gan.loss', { shape: parts.shape, classes: 0 }, batch)
      return tidy(() => loss(batch, k))
    },
  })
  const generator = player('generator', network, (batch) => generatorLoss(parts, discriminator, batch))
  if (!discriminator) return [generator]
  const judge = player('discriminator', discriminator, (batch, k) => discriminatorLoss(parts, discriminator, batch, k))
  return [{ ...judge, warnings: discriminatorWarnings }, generator]
}

function discriminatorLoss(parts: Parts, discriminator: Network, { x }: Batch, k: Key): Losses {
  const critic = criticOf(discriminator)
  const real = toNetwork(x, parts.shape)
  const fake = withoutGradient(() => restored(parts, x))
  const [realLogits, fakeLogits] = [critic(real), critic(fake)]
  const adversarial = parts.objective.discriminator(realLogits, fakeLogits)
  const penalties = parts.penalties.map((penalty, i) => penalty(critic, { real, fake }, fold(k, i)))
  return {
    total: addN([adversarial, ...penalties]),
    adversarial,
    ...Object.fromEntries(parts.penalties.map(({ name }, i) => [name, penalties[i]!])),
    realLogit: mean(realLogits),
    fakeLogit: mean(fakeLogits),
  }
}

function generatorLoss(parts: Parts, discriminator: Network | undefined, { x }: Batch): Losses {
  const { weights, objective, perceptual, shape, generatorSeesData } = parts
  const fake = restored(parts, x)
  const images = fromNetwork(fake, shape)
  const pixel = mean(sum(reshape(square(sub(images, x)), [x.shape[0], -1]), 1)) as Scalar
  const losses: Record<string, Scalar> = { pixel }
  if (perceptual) losses.perceptual = mean(perceptual(images, x))
  if (discriminator) {
    const critic = criticOf(discriminator)
    const fakeLogits = critic(fake)
    const realLogits = generatorSeesData ? withoutGradient(() => critic(toNetwork(x, shape))) : fakeLogits
    losses.adversarial = objective.generator(fakeLogits, realLogits)
  }
  const weighted = Object.entries(losses).map(([name, loss]) => mul(loss, weights[name as keyof typeof weights]))
  return { total: addN(weighted) as Scalar, ...losses }
}

/** The network's answer to the small images of large ones, in [−1, 1]. */
function restored({ network, factor, shape }: Parts, x: Tensor): Tensor {
  return network.apply(toNetwork(shrink(x, factor), shape), { training: true })
}

function criticOf(discriminator: Network): (x: Tensor) => Tensor1D {
  return (x) => reshape(discriminator.apply(x, { training: true }), [-1])
}

function shrink(x: Tensor, factor: number): Tensor4D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const [rows, columns] = [height / factor, width / factor]
  const down = mean(reshape(x, [batch * rows, factor, width * channels]), 1)
  const across = mean(reshape(down, [batch * rows * columns, factor, channels]), 1)
  return reshape(across, [batch, rows, columns, channels])
}

function factorOf(small: readonly number[], large: readonly number[]): number {
  const [height = 0, width = 0, channels] = small
  const factor = large[0]! / height
  assertInteger(where, 'the factor between the network’s input and output', factor, { min: 1 })
  if (large.join() === [height * factor, width * factor, channels].join()) return factor
  return fail('a network from small images to larger ones of the same form', `[${small}] → [${large}]`)
}

function assertDiscriminator(discriminator: Network | undefined, shape: readonly number[]): void {
  if (!discriminator) return
  const { inputShape, outputShape, labels } = discriminator
  if (inputShape.join() === shape.join() && outputShape.join() === '1' && !labels) return
  fail(`a discriminator [${shape}] → [1]`, `[${inputShape}] → [${outputShape}]`)
}

function fail(expected: string, got: string): never {
  throw refusal('config', where, { expected, got })
}
