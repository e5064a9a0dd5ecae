/** Activations by name. @module */
import { silu } from '@gen/backend'
import { leakyRelu, relu, sigmoid, type Tensor, tanh } from '@tensorflow/tfjs-core'

/** An elementwise function: `leakyRelu` has slope 0.2 below zero, `silu` is x·σ(x). */
export type Activation = 'linear' | 'relu' | 'leakyRelu' | 'silu' | 'tanh' | 'sigmoid'

const functions: Record<Activation, <T extends Tensor>(x: T) => T> = {
  linear: (x) => x,
  relu,
  leakyRelu: (x) => leakyRelu(x, 0.2),
  silu,
  tanh,
  sigmoid,
}

/** The names of all activations. */
export const activations: readonly Activation[] = Object.keys(functions) as Activation[]

/** Applies an activation; `linear` returns x itself. */
export function activate<T extends Tensor>(x: T, activation: Activation): T {
  return functions[activation](x)
}
