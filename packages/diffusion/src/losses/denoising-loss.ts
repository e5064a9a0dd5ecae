/** The training step's loss. @module */
import { bernoulli, type Key, labelTensor, normal, poisonUnknown, split, uniform } from '@gen/backend'
import type { Losses } from '@gen/model'
import { add, cast, mean, mul, type Scalar, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { AdaptedNetwork, DenoisingCondition } from '../networks/network.ts'
import type { Normalizer } from '../normalize.ts'
import { diffuse } from '../predictions/forward.ts'
import type { NoiseSchedule } from '../schedules/schedule.ts'
import { type LossName, rowDistance } from './loss.ts'

/** What a diffusion model trains on; the batches of `@gen/data` are such. */
export interface DiffusionBatch {
  /** `[batch, …]` in the data's own units. */
  readonly x: Tensor
  /** Class of each row, int32 `[batch]`; needed by a model with classes. */
  readonly labels?: Tensor1D
  /** Image of each row, for a network that takes one. */
  readonly image?: Tensor
}

/** What the loss needs of a model. */
export interface LossModel {
  readonly network: AdaptedNetwork
  readonly schedule: NoiseSchedule
  readonly data: Normalizer
  readonly loss: LossName
  readonly classes: number
  readonly dropLabel: number
}

const where = 'diffusion.loss'

/**
 * One training step's loss, as the lecture states it: normalize x₀, draw a signal ratio (t uniform in [0, 1)) and noise ε,
 * mix `x_t = √α x₀ + √(1 − α) ε`, and measure ‖ε − ε_θ(x_t, α)‖. `total` sums over the event's dimensions and is the mean over
 * the batch; `perDimension` is total divided by the number of dimensions, comparable between sizes.
 */
export function denoisingLoss(model: LossModel, batch: DiffusionBatch, k: Key): Losses {
  return tidy(() => {
    const [forTime, forNoise, forLabels] = split(k, 3)
    const x0 = model.data.normalize(batch.x)
    const [rows = 0] = x0.shape
    const alpha = model.schedule.alpha(uniform(forTime!, [rows])) as Tensor1D
    const eps = normal(forNoise!, x0.shape)
    const { classes } = model
    const label = labelTensor(where, classes > 0 ? batch.labels : undefined, { rows, classes })
    const condition = conditionOf(model, batch.image, label, forLabels!)
    const predicted = model.network.denoise(diffuse(x0, alpha, eps), alpha, condition, { training: true })
    const total = poisonUnknown(mean(rowDistance(model.loss, eps, predicted)) as Scalar, label)
    return { total, perDimension: mul(total, rows / x0.size) as Scalar }
  }) as Losses
}

function conditionOf(
  { classes, dropLabel }: LossModel,
  image: Tensor | undefined,
  label: Tensor1D | undefined,
  k: Key,
): DenoisingCondition {
  const known = image ? { image } : {}
  if (!label) return known
  if (dropLabel === 0) return { ...known, label }
  // label + dropped · (classes − label): "no class" where dropped.
  const dropped = bernoulli(k, label.shape, { p: dropLabel })
  return { ...known, label: cast(add(label, mul(dropped, sub(classes, label))), 'int32') }
}
