/** A diffusion model: a network, a schedule, what it predicts and how that is scored, that trains and samples. @module */
import { assertKey, assertShape, type Key } from '@gen/backend'
import type { GenerativeModel, Player } from '@gen/model'
import { type Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { disposeWeights } from './dispose.ts'
import type { PredictAt } from './guidance/guidance.ts'
import { predictAt } from './guidance/predict-at.ts'
import { withLabels, withLabelsAt } from './labels.ts'
import { type DecodeOptions, decodeCodes, encodeData, latentSizeOf } from './latent.ts'
import { rowLosses } from './losses/denoising-loss.ts'
import type { DiffusionBatch, LossModel } from './losses/loss-model.ts'
import { itemShape } from './networks/item-shape.ts'
import { adaptNetwork, type Denoiser, type DenoisingCondition } from './networks/network.ts'
import type { DiffusionConfig, DiffusionOptions } from './options.ts'
import { partsOf } from './parts.ts'
import { assertBatch, denoisingPlayer } from './player.ts'
import { type Alpha, diffuse } from './predictions/forward.ts'
import type { Parameterization } from './predictions/parameterization.ts'
import { predictor } from './predictions/predictor.ts'
import { type DiffusionSampleOptions, sampleModel } from './sample.ts'
import type { InversionOptions } from './samplers/invert.ts'
import type { NoiseSchedule } from './schedules/schedule.ts'

/** A diffusion model. */
export interface Diffusion extends GenerativeModel<DiffusionBatch> {
  /** What predicts, as it was given. */
  readonly network: DiffusionOptions['network']
  readonly schedule: NoiseSchedule
  readonly prediction: Parameterization
  readonly config: DiffusionConfig
  readonly players: readonly [Player<DiffusionBatch>]
  /**
   * The noise ε in x, in the common calling convention, whatever the network predicts.
   *
   * @throws GenError `range` for a label that is no class, `shape` for another number of them.
   */
  readonly denoise: Denoiser
  /** `x_t = √α · x₀ + √(1 − α) · ε`, for x₀ of unit variance. */
  diffuse(x0: Tensor, alpha: Alpha, eps: Tensor): Tensor
  /** The data in x, of unit variance: `x̂₀ = (x_t − √(1 − α) · ε_θ(x_t, α)) / √α` where the network predicts noise. */
  predictClean(x: Tensor, alpha: Tensor1D, condition?: DenoisingCondition): Tensor
  /**
   * What the network makes of x at a level of the path, or at one for each row: ε and x̂₀, of unit variance. What a sampler asks for,
   * and `autoguidance` of a worse model.
   *
   * @throws GenError `shape` for other data or another number of labels, `range` for a label that is no class.
   */
  readonly predictAt: PredictAt
  /**
   * The loss of each row at its signal ratio, `[batch]`, with the noise of the key and the network as it samples: its profile over
   * levels, for `importanceTimes` and for curves. Summed over the event's dimensions and weighted as in training.
   *
   * @throws GenError `shape` or `config` for a batch that does not fit.
   */
  lossAt(batch: DiffusionBatch, alpha: Tensor1D, k: Key): Tensor1D
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
 * Makes a diffusion model: a network, and along each axis what it is trained on.
 *
 * Data keep their own units outside: images `[batch, h, w, c]` in `range` ([0, 1] by default) are mapped to [−1, 1], or by
 * `mean` and `std` where given, e.g. a data set's own; points `[batch, n]` are taken as they are. A sample comes back in the
 * data's units.
 *
 * @throws GenError `config` or `range` for a network or options that make no model, such as a schedule that ends without signal
 * for a network that predicts noise.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @see Denoising diffusion implicit models (Song et al., 2020) https://arxiv.org/abs/2010.02502
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), for the axes https://arxiv.org/abs/2206.00364
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * await last(fit(model, batches, { steps: 100, optimizer: adamW(), ema: 0.99, key: key(1) }))
 * const points = await model.sample({ count: 500, key: key(2) })
 */
export function diffusion({ network: given, ...options }: DiffusionOptions): Diffusion {
  const adapted = adaptNetwork(given)
  const parts = partsOf(adapted, options)
  const { schedule, prediction, data, classes } = parts
  const predict = predictor(parts.network, prediction)
  const denoise: Denoiser = (...of) => tidy(() => predict(...of).eps)
  const clean = withLabels((...of) => tidy(() => predict(...of).clean), classes)
  const { dropLabel, selfConditioning } = parts
  const network = { ...parts.network, denoise }
  const at = withLabelsAt(predictAt(predict), classes)
  const sampled = { network, predict, schedule, data, classes, dropLabel, selfConditioning }
  return {
    shape: adapted.shape,
    network: given,
    schedule,
    prediction,
    config: configOf(parts),
    players: [denoisingPlayer(parts)],
    variables: () => adapted.variables(),
    dispose: () => disposeWeights(adapted),
    latentSize: latentSizeOf(adapted.shape),
    encode: (x, of = {}) => encodeData(sampled, x, of),
    decode: (z, of = {}) => decodeCodes(sampled, z, of),
    denoise: withLabels(denoise, classes),
    diffuse,
    predictClean(x, alpha, condition) {
      assertShape('diffusion.predictClean', 'x', x, [null, ...itemShape(adapted)])
      return clean(x, alpha, condition)
    },
    predictAt(x, level, condition) {
      assertShape('diffusion.predictAt', 'x', x, [null, ...itemShape(adapted)])
      return at(x, level, condition)
    },
    lossAt(batch, alpha, k) {
      assertKey('diffusion.lossAt', 'k', k)
      assertBatch(parts, batch)
      return rowLosses(parts, batch, alpha, { key: k, training: false })
    },
    sample: (of) => sampleModel(sampled, of),
  }
}

function configOf({ network, data, ...parts }: LossModel): DiffusionConfig {
  return {
    kind: 'diffusion',
    network: network.config ?? { kind: 'custom' },
    schedule: parts.schedule.config,
    prediction: parts.prediction.config,
    loss: parts.loss.config,
    weighting: parts.weighting.config,
    times: parts.times.config,
    classes: parts.classes,
    dropLabel: parts.dropLabel,
    selfConditioning: parts.selfConditioning,
    offsetNoise: parts.offsetNoise,
    augmentation: parts.augmentation?.config ?? null,
    ...data.config,
  }
}
