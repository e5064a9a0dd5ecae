/** The two players' losses. @module */
import { type BatchBounds, conditionTensors, fold, type Key, poisonUnknown, split, withoutGradient } from '@gen/backend'
import type { Objective, Penalty } from '@gen/losses'
import type { Batch, ImplicitDistribution, Losses, Network } from '@gen/model'
import {
  add,
  addN,
  dispose,
  div,
  mean,
  moments,
  mul,
  reshape,
  type Scalar,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
  variable,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core'
import { type Augmentation, augment } from './augment.ts'
import { packRows, unpackRows } from './pack.ts'

/** All that the losses need of a GAN. */
export interface Game extends BatchBounds {
  readonly generator: Network
  readonly discriminator: Network
  readonly objective: Objective
  readonly penalties: readonly Penalty[]
  readonly latent: ImplicitDistribution
  readonly pack: number
  readonly augment: readonly Augmentation[]
  /** Whether the generator's loss looks at data, as relativistic ones do. */
  readonly generatorSeesData: boolean
}

/** What the discriminator of a batch is called with; images are in [−1, 1] from here on. */
interface Calls {
  /** Logits of packed rows; `place` draws the augmentation. */
  critic(x: Tensor, place: number): Tensor1D
  /** Data and samples in the networks' units, packed. */
  real(): Tensor
  fake(): Tensor
  /** Makes a loss of labels that are no classes show. */
  total(loss: Scalar): Scalar
}

/**
 * `objective.discriminator(D(x), D(G(z)))` plus the penalties. The samples are computed without a tape, so their pass costs a
 * forward pass and keeps nothing.
 */
export function discriminatorLoss(game: Game, batch: Batch, k: Key): Losses {
  return tidy(() => {
    const { critic, real, fake, total } = callsOf(game, batch, k)
    const samples = { real: real(), fake: withoutGradient(fake) }
    const [realLogits, fakeLogits] = [critic(samples.real, 0), critic(samples.fake, 1)]
    const adversarial = game.objective.discriminator(realLogits, fakeLogits)
    const penalties = game.penalties.map((penalty, i) =>
      penalty((x) => critic(x, 2 + i), samples, fold(k, penaltyPlace + i)),
    )
    return {
      total: total(addN([adversarial, ...penalties])),
      adversarial,
      ...Object.fromEntries(game.penalties.map(({ name }, i) => [name, penalties[i]!])),
      realLogit: mean(realLogits),
      fakeLogit: mean(fakeLogits),
    }
  })
}

/** `objective.generator(D(G(z)), D(x))`, and the variance of the samples as a share of the data's. */
export function generatorLoss(game: Game, batch: Batch, k: Key): Losses {
  return tidy(() => {
    const { critic, real, fake, total } = callsOf(game, batch, k)
    const samples = fake()
    const fakeLogits = critic(samples, 1)
    const realLogits = game.generatorSeesData ? withoutGradient(() => critic(real(), 0)) : fakeLogits
    return {
      total: total(game.objective.generator(fakeLogits, realLogits)),
      variety: withoutGradient(() => div(spread(samples), add(spread(real()), 1e-12))),
    }
  })
}

/** Whether an objective's generator looks at data: then its gradient reaches them. */
export function seesData(objective: Objective): boolean {
  return tidy(() => {
    const [fake, real] = [variable(zeros([1])), variable(zeros([1]))]
    try {
      const { grads } = variableGrads(() => objective.generator(fake as Tensor1D, real as Tensor1D), [fake, real])
      return grads[real.name] !== undefined
    } finally {
      dispose([fake, real])
    }
  })
}

/** Images in [0, 1] → [−1, 1]; points as they are. */
export function toNetwork(x: Tensor, shape: readonly number[]): Tensor {
  return shape.length === 3 ? sub(mul(x, 2), 1) : x
}

/** Undoes {@link toNetwork}. */
export function fromNetwork(y: Tensor, shape: readonly number[]): Tensor {
  return shape.length === 3 ? mul(add(y, 1), 0.5) : y
}

const penaltyPlace = 10

function callsOf(game: Game, { x, labels, condition }: Batch, k: Key): Calls {
  const { generator, discriminator, latent, pack, shape } = game
  const [forLatent, forAugment] = split(k) as [Key, Key]
  const { classes, context } = game
  const told = { labels: classes > 0 ? labels : undefined, context: context && condition?.context }
  const rows = x.shape[0] ?? 0
  const { label, ...known } = conditionTensors('gan.loss', told, { rows, classes, context })
  const given = { label, ...known, training: true }
  return {
    real: () => packRows(toNetwork(x, shape), pack),
    fake: () => packRows(generator.apply(latent.sample(rows, forLatent), given), pack),
    critic: (packed, place) => {
      const seen = augmented(game, packed, fold(forAugment, place))
      return reshape(discriminator.apply(seen, given), [-1])
    },
    total: (loss) => poisonUnknown(loss, label),
  }
}

function augmented({ augment: names, pack }: Game, packed: Tensor, k: Key): Tensor {
  if (names.length === 0) return packed
  return packRows(augment(unpackRows(packed, pack), names, k), pack)
}

/** Variance over the batch, a mean over all numbers of an item. */
function spread(x: Tensor): Scalar {
  return mean(moments(x, 0).variance)
}
