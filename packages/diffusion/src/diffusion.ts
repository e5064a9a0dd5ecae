/** A diffusion model: a network, a schedule and a loss, that trains and samples. @module */
import { assertInteger, assertNumber, assertShape, GenError, type JsonObject } from '@gen/backend'
import type { GenerativeModel, ModelConfig, Player } from '@gen/model'
import { type Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { disposeWeights } from './dispose.ts'
import { withLabels } from './labels.ts'
import { type DecodeOptions, decodeCodes, encodeData, latentSizeOf } from './latent.ts'
import type { DiffusionBatch } from './losses/denoising-loss.ts'
import { type LossName, lossNames } from './losses/loss.ts'
import {
  adaptNetwork,
  type Denoiser,
  type DenoisingCondition,
  type DenoisingNetwork,
  type LayersNetwork,
} from './networks/network.ts'
import { type DataConfig, dataConfig, normalizer } from './normalize.ts'
import { denoisingPlayer } from './player.ts'
import { type Alpha, diffuse, removeNoise } from './predictions/forward.ts'
import { noisePrediction } from './predictions/noise-prediction.ts'
import { predictor } from './predictions/predictor.ts'
import { type DiffusionSampleOptions, sampleModel } from './sample.ts'
import type { InversionOptions } from './samplers/invert.ts'
import { cosine, type NoiseSchedule, type ScheduleConfig, scheduleOf } from './schedules/schedule.ts'

/** Options of {@link diffusion}. */
export interface DiffusionOptions extends Partial<DataConfig> {
  /** A `tf.LayersModel` as `unet` makes it, `pointDenoiser`, or your own. */
  network: DenoisingNetwork | LayersNetwork
  /** @default cosine() */
  schedule?: NoiseSchedule | ScheduleConfig
  /** Distance of noise and prediction; `l2` has the mean noise E[ε | x, α] as its optimum. @default 'l2' */
  loss?: LossName
  /** How many classes labels tell apart; 0 for none. @default 0 */
  classes?: number
  /** Probability that training replaces a label with "no class", which guidance needs. @default 0.1 */
  dropLabel?: number
}

/** A model's pieces as plain JSON; `diffusionFromConfig` makes it again. */
export interface DiffusionConfig extends ModelConfig, DataConfig {
  readonly kind: 'diffusion'
  /** The network's own config, with its kind. */
  readonly network: JsonObject
  readonly schedule: ScheduleConfig
  readonly loss: LossName
  readonly classes: number
  readonly dropLabel: number
}

/** A diffusion model. */
export interface Diffusion extends GenerativeModel<DiffusionBatch> {
  readonly schedule: NoiseSchedule
  readonly config: DiffusionConfig
  readonly players: readonly [Player<DiffusionBatch>]
  /**
   * The network in the common calling convention.
   *
   * @throws GenError `range` for a label that is no class, `shape` for another number of them.
   */
  readonly denoise: Denoiser
  /** `x_t = √α · x₀ + √(1 − α) · ε`, for x₀ of unit variance. */
  diffuse(x0: Tensor, alpha: Alpha, eps: Tensor): Tensor
  /** `x̂₀ = (x_t − √(1 − α) · ε_θ(x_t, α)) / √α`, of unit variance. */
  predictClean(x: Tensor, alpha: Tensor1D, condition?: DenoisingCondition): Tensor
  /**
   * Samples `[count, …]` in the data's units, clipped to their range. The variables are used as they are: after `fit` with
   * `ema` they hold the averages.
   *
   * @throws GenError `config`, `shape` or `range` for options that do not fit the model, `aborted` by the signal.
   */
  sample(options: DiffusionSampleOptions): Promise<Tensor>
  /** Numbers in one code, which is noise of the data's shape. */
  readonly latentSize: number
  /**
   * The noise, `[batch, latentSize]`, from which deterministic DDIM with as many steps makes x: `decode` gives x again, up to
   * what the fixed-point iterations leave.
   *
   * @param x - Data in their own units.
   * @throws GenError `shape` for other data; `config` for labels missing or too many.
   */
  encode(x: Tensor, options?: InversionOptions): Promise<Tensor2D>
  /** What deterministic DDIM makes of the noise z, in the data's units; otherwise as `encode`. */
  decode(z: Tensor2D, options?: DecodeOptions): Promise<Tensor>
}

/**
 * Makes a diffusion model that predicts noise.
 *
 * Data keep their own units outside: images `[batch, h, w, c]` in `range` ([0, 1] by default) are mapped to [−1, 1], or by
 * `mean` and `std` where given, e.g. a data set's own; points `[batch, n]` are taken as they are. A sample comes back in the
 * data's units.
 *
 * @throws GenError `config` or `range` for a network or options that make no model.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @see Denoising diffusion implicit models (Song et al., 2020) https://arxiv.org/abs/2010.02502
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * await last(fit(model, batches, { steps: 100, optimizer: adamW(), ema: 0.99, key: key(1) }))
 * const points = await model.sample({ count: 500, key: key(2) })
 */
export function diffusion({
  network,
  schedule = cosine(),
  loss = 'l2',
  classes = 0,
  dropLabel = 0.1,
  ...dataOptions
}: DiffusionOptions): Diffusion {
  assertOptions(loss, classes, dropLabel, dataOptions)
  const adapted = adaptNetwork(network)
  const data = normalizer(dataConfig(adapted.shape, dataOptions))
  const predict = predictor(adapted, noisePrediction())
  const parts = { network: adapted, predict, schedule: scheduleOf(schedule), data, loss, classes, dropLabel }
  assertClasses(adapted.takes.label, classes)
  const denoise = withLabels(adapted.denoise, classes)
  return {
    shape: adapted.shape,
    schedule: parts.schedule,
    config: {
      kind: 'diffusion',
      network: adapted.config ?? { kind: 'custom' },
      schedule: parts.schedule.config,
      loss,
      classes,
      dropLabel,
      ...data.config,
    },
    players: [denoisingPlayer(parts)],
    variables: () => adapted.variables(),
    dispose: () => disposeWeights(adapted),
    latentSize: latentSizeOf(adapted.shape),
    encode: (x, options = {}) => encodeData(parts, x, options),
    decode: (z, options = {}) => decodeCodes(parts, z, options),
    denoise,
    diffuse,
    predictClean(x, alpha, condition) {
      assertShape('diffusion.predictClean', 'x', x, [null, ...adapted.shape])
      return tidy(() => removeNoise(x, alpha, denoise(x, alpha, condition)))
    },
    sample: (options) => sampleModel(parts, options),
  }
}

const where = 'diffusion.diffusion'

function assertOptions(loss: LossName, classes: number, dropLabel: number, data: object): void {
  const unknown = Object.keys(data).find((name) => !['range', 'mean', 'std'].includes(name))
  if (unknown !== undefined) {
    const known = 'network, schedule, loss, classes, dropLabel, range, mean and std'
    throw new GenError('config', `${where}: expected options ${known} only, got ${unknown}; leave it out`)
  }
  assertInteger(where, 'classes', classes, { min: 0 })
  assertNumber(where, 'dropLabel', dropLabel, { min: 0, exclusiveMax: 1 })
  if (lossNames.includes(loss)) return
  throw new GenError('config', `${where}: expected loss ${lossNames.join(', ')}, got ${JSON.stringify(loss)}`)
}

function assertClasses(takesLabel: boolean | undefined, classes: number): void {
  if (takesLabel === undefined || takesLabel === classes > 0) return
  const [network, remedy] = takesLabel
    ? ['takes labels', 'pass the number of classes, as to the network']
    : ['takes no labels', 'leave classes out, or make the network with classes']
  throw new GenError(
    'config',
    `${where}: expected classes to fit the network, which ${network}, got ${classes}; ${remedy}`,
  )
}
