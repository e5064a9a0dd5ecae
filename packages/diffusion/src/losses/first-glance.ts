/** Self-conditioning in training. @module */
import { fold, type Key, uniformArray, withoutGradient } from '@gen/backend'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type Call, outputOf } from '../predictions/predictor.ts'
import type { LossModel } from './loss-model.ts'

/**
 * In every second step, drawn from the key, the network looks twice: what it first makes of x, without an estimate and without a gradient, is its
 * estimate at the second look. In the other steps it has none, as at the first step of sampling.
 */
export function firstGlance(
  { network, prediction, selfConditioning }: LossModel,
  x: Tensor,
  call: Call,
  k: Key,
): { readonly clean?: Tensor } {
  if (!selfConditioning || uniformArray(k, 1, 1)[0]! < 0.5) return {}
  const first = { ...call, options: { ...call.options, key: fold(k, 0) } }
  const clean = withoutGradient(() =>
    tidy(() => prediction.read(outputOf(network, prediction, x, first), x, call.scale).clean),
  )
  return { clean }
}
