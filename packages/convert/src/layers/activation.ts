/** The activations that diffusers names. @module */
import { silu } from '@gen/backend'
import { add, erf, mul, relu, softplus, type Tensor, tanh } from '@tensorflow/tfjs-core'

/** Names of the activations, as diffusers has them. */
export const activationNames = ['silu', 'swish', 'mish', 'gelu', 'relu'] as const

/** An activation, as diffusers names it. */
export type ActivationName = (typeof activationNames)[number]

/** The activation of a name. */
export const activate: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  silu,
  swish: silu,
  mish: (x) => mul(x, tanh(softplus(x))),
  gelu: (x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
  relu: (x) => relu(x),
}
