/** A network and what its output means, as one function. @module */
import { scalar, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { AdaptedNetwork, DenoiseOptions, DenoisingCondition } from '../networks/network.ts'
import type { Prediction } from '../samplers/sampler.ts'
import type { Level } from '../schedules/level.ts'
import { rates } from './forward.ts'
import type { Parameterization, RateTensors } from './parameterization.ts'

/**
 * Predicts ε and x̂₀ of x.
 *
 * @param alpha - Signal ratio of each row, which the network is told.
 * @param options - `level` is the same as a pair of float64 numbers, where all rows have one: near the clean end 1 − α has few digits in float32.
 */
export type Predictor = (
  x: Tensor,
  alpha: Tensor1D,
  condition?: DenoisingCondition,
  options?: DenoiseOptions & { readonly level?: Level },
) => Prediction

/** The {@link Predictor} of a network. */
export function predictor(network: AdaptedNetwork, prediction: Parameterization): Predictor {
  return (x, alpha, condition = {}, { level, ...options } = {}) =>
    tidy(() => {
      const scale = level ? scalars(level) : rateTensors('diffusion.denoise', x, alpha)
      const output = outputOf(network, prediction, x, { alpha, scale, condition, options })
      return { ...prediction.read(output, x, scale) }
    })
}

/** What the network is called with beside x. */
export interface Call {
  readonly alpha: Tensor1D
  readonly scale: RateTensors
  readonly condition: DenoisingCondition
  readonly options: DenoiseOptions
}

/** The network's own output. */
export function outputOf(network: AdaptedNetwork, prediction: Parameterization, x: Tensor, call: Call): Tensor {
  const seen = prediction.input?.(x, call.scale) ?? x
  return network.denoise(seen, call.alpha, call.condition, call.options)
}

/** √α and √(1 − α) as columns. */
export function rateTensors(where: string, x: Tensor, alpha: Tensor1D): RateTensors {
  return rates(where, x, alpha) as RateTensors
}

function scalars({ signal, noise }: Level): RateTensors {
  return { signal: scalar(signal), noise: scalar(noise) }
}
