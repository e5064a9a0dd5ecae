/** The training step's loss. @module */
import { type Key, labelTensor, normal, poisonUnknown, split } from '@gen/backend'
import type { Losses } from '@gen/model'
import {
  add,
  div,
  log,
  maximum,
  mean,
  mul,
  type Scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core'
import { diffuse } from '../predictions/forward.ts'
import type { RateTensors } from '../predictions/parameterization.ts'
import { outputOf, rateTensors } from '../predictions/predictor.ts'
import { leastSignal, type NoiseSchedule } from '../schedules/schedule.ts'
import { rowDistance } from './distances/row-distance.ts'
import { droppedCondition } from './dropped-condition.ts'
import { firstGlance } from './first-glance.ts'
import type { DiffusionBatch, LossModel } from './loss-model.ts'

const where = 'diffusion.loss'

/**
 * One training step's loss, as the lecture states it: normalize x₀, draw a signal ratio and noise ε, mix
 * `x_t = √α x₀ + √(1 − α) ε`, and measure ‖target − output‖; for a network that predicts noise, ‖ε − ε_θ(x_t, α)‖. `total` sums
 * over the event's dimensions and is the mean over the batch; `perDimension` is total divided by the number of dimensions,
 * comparable between sizes.
 */
export function denoisingLoss(model: LossModel, batch: DiffusionBatch, k: Key): Losses {
  return tidy(() => {
    const [forTime] = split(k, 1)
    const [rows = 0] = batch.x.shape
    const { alpha, weight } = model.times.draw(forTime!, rows, model.schedule)
    const each = rowLosses(model, batch, alpha, { key: k, training: true })
    const total = mean(weight ? mul(each, weight) : each) as Scalar
    return { total, perDimension: mul(total, rows / batch.x.size) as Scalar }
  }) as Losses
}

/** How {@link rowLosses} are drawn. */
export interface RowLossOptions {
  readonly key: Key
  readonly training: boolean
}

/** The weighted loss of each row at its signal ratio, `[batch]`. */
export function rowLosses(model: LossModel, batch: DiffusionBatch, alpha: Tensor1D, options: RowLossOptions): Tensor1D {
  return tidy(() => {
    const [, forNoise, forLabels, forOffset, forGlance, forDropout, forChanges] = split(options.key, 7)
    const { network, prediction, classes } = model
    const { x: x0, ...changed } = augmented(model, batch.x, options.training ? forChanges : undefined)
    const eps = batch.noise ?? noiseLike(x0, forNoise!, { offset: model.offsetNoise, key: forOffset! })
    const label = labelTensor(where, classes > 0 ? batch.labels : undefined, { rows: x0.shape[0] ?? 0, classes })
    const x = diffuse(x0, alpha, eps)
    const scale = rateTensors(where, x0, alpha)
    const context = network.takes.context === null ? undefined : batch.condition?.context
    const condition = { ...droppedCondition(model, { context, label }, forLabels!, x0.shape[0] ?? 0), ...changed }
    const call = { alpha, scale, condition, options: { training: options.training, key: forDropout! } }
    const seen = firstGlance(model, x, call, forGlance!)
    const output = outputOf(network, prediction, x, { ...call, condition: { ...condition, ...seen } })
    const told = prediction.own?.(output, x) ?? output
    const each = weighted(model, rowDistance(model.loss, prediction.target(x0, eps, scale), told), alpha)
    const bound = prediction.bound?.(output, { x0, x, rates: scale, ...placeOf(model.schedule, scale) })
    return poisonUnknown(bound ? add(each, bound) : each, label)
  })
}

/** x₀ of unit variance, with a key changed as the model has it, and how. */
function augmented(
  { data, augmentation }: LossModel,
  batch: Tensor,
  k: Key | undefined,
): { readonly x: Tensor; readonly augmentation?: Tensor } {
  const x = data.normalize(batch)
  if (!augmentation || !k) return { x }
  const { x: changed, labels } = augmentation.apply(x, k)
  return { x: changed, augmentation: labels }
}

/** ε, with a share that is the same for all pixels of a channel. */
function noiseLike(x0: Tensor, k: Key, { offset, key }: { offset: number; key: Key }): Tensor {
  const eps = normal(k, x0.shape)
  if (offset === 0) return eps
  const perChannel = x0.shape.map((n, axis) => (axis === 0 || axis === x0.rank - 1 ? n : 1))
  return add(eps, mul(normal(key, perChannel), offset))
}

/** Distances of outputs, weighted as {@link Weighting} has it. */
function weighted({ weighting, prediction }: LossModel, distances: Tensor1D, alpha: Tensor1D): Tensor1D {
  if (!weighting.of) return distances
  const rest = sub(1, alpha)
  const gain = prediction.gain({ signal: sqrt(alpha), noise: sqrt(rest) })
  return mul(distances, mul(weighting.of(div(alpha, rest)), square(gain))) as Tensor1D
}

/** Where levels are in log-SNR, in which the ends lie a finite way apart. */
function placeOf({ alpha }: NoiseSchedule, { signal, noise }: RateTensors): { logSnr: Tensor; span: number } {
  const logit = (share: number) => Math.log(share / (1 - share))
  const least = Math.max(alpha(1), leastSignal)
  const logSnr = mul(sub(log(maximum(signal, Math.sqrt(leastSignal))), log(noise)), 2)
  return { logSnr, span: logit(alpha(0)) - logit(least) }
}
