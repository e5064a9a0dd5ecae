/** A network that also says how much noise a step of DDPM should add. @module */
import { assertInteger, assertNumber, refusal, withoutGradient } from '@gen/backend'
import {
  add,
  exp,
  mul,
  neg,
  reshape,
  slice,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { noisePrediction } from './noise-prediction.ts'
import type { BoundPlace, Parameterization } from './parameterization.ts'

/** Options of {@link learnedRange}. */
export interface LearnedRangeOptions {
  /** How many steps, even in log-SNR, the variance is learned for. @default 100 */
  steps?: number
  /** How much the variational bound, in nats over all steps, counts beside the loss. @default 0.001 */
  weight?: number
}

/**
 * A parameterization whose network puts out twice the channels: first what `of` says, then where the variance σ² of a DDPM step lies between
 * that of the posterior, β̃, and β: `log σ² = v log β + (1 − v) log β̃` with `v = (output + 1)/2`. With the step's `β = 1 − α/α′` and
 * `β̃ = β (1 − α′)/(1 − α)`, it is trained by the variational bound of a step, in which x̂₀ is held:
 *
 * `KL = ½ Σ [log(σ²/β̃) + (β̃ + α′ (β/(1 − α))² (x₀ − x̂₀)²)/σ² − 1]`, times `weight · steps`.
 *
 * Sample with `ddpmAncestral({ variance: 'learned' })`; other samplers do not ask for it. The U-Net takes `outputChannels`.
 *
 * @throws GenError `range` for less than 1 step or a weight below 0; `config` for a range within a range.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021), section 3.1 https://arxiv.org/abs/2102.09672
 * @example
 * const network = unet({ shape: [28, 28, 1], widths: [16, 32], outputChannels: 2 })
 * const model = diffusion({ network, prediction: learnedRange(velocityPrediction()) })
 */
export function learnedRange(
  of: Parameterization = noisePrediction(),
  { steps = 100, weight = 1e-3 }: LearnedRangeOptions = {},
): Parameterization {
  const where = 'diffusion.learnedRange'
  assertInteger(where, 'steps', steps, { min: 1 })
  assertNumber(where, 'weight', weight, { min: 0, max: 1e6 })
  if (of.own) {
    throw refusal('config', where, { expected: 'a prediction of the data alone', got: of.config.kind })
  }
  return {
    ...of,
    config: { kind: 'learnedRange', of: of.config, steps, weight },
    own: firstHalf,
    read: (output, x, rates) => ({ ...of.read(firstHalf(output, x), x, rates), spread: spreadOf(output) }),
    bound: (output, place) => mul(divergence(of, output, place, steps), weight * steps) as Tensor1D,
  }
}

/** The KL divergence of a step's posterior from the model's step, summed over each row. */
function divergence(of: Parameterization, output: Tensor, place: BoundPlace, steps: number): Tensor1D {
  const { x0, x, rates, logSnr, span } = place
  // A step raises the log-SNR λ by δ, so β/(1 − α) = 1 − e^−δ, log(β/β̃) = log((1 − α)/(1 − α′)), and α′/(1 − α′) = e^(λ + δ).
  const next = add(logSnr, span / steps)
  const turn = mul(spreadOf(output), sub(softplus(next), softplus(logSnr)))
  const clean = withoutGradient(() => of.read(firstHalf(output, x), x, rates).clean)
  const missed = mul(square(sub(x0, clean)), mul(exp(next), -Math.expm1(-span / steps)))
  const each = sub(add(turn, mul(exp(neg(turn)), add(missed, 1))), 1)
  return mul(sum(reshape(each, [each.shape[0] ?? 0, -1]), 1), 0.5) as Tensor1D
}

/** What the network says as without a range. */
function firstHalf(output: Tensor, { shape }: Tensor): Tensor {
  const [given, channels] = [output.shape.at(-1)!, shape.at(-1)!]
  if (given === 2 * channels) return slice(output, 0, shape)
  throw refusal('config', 'diffusion.learnedRange', {
    expected: `a network that puts out ${2 * channels} channels, as many again for the range as the data have`,
    got: given,
    remedy: `make it with outputChannels: ${2 * channels}`,
  })
}

function spreadOf(output: Tensor): Tensor {
  const channels = output.shape.at(-1)! / 2
  const [begin, size] = [output.shape.map(() => 0), [...output.shape]]
  begin[begin.length - 1] = size[size.length - 1] = channels
  return mul(add(slice(output, begin, size), 1), 0.5)
}
