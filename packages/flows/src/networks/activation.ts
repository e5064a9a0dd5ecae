/** Activations of the networks. @module */
import { refusal, silu } from '@gen/backend'
import { elu, relu, softplus, type Tensor, tanh } from '@tensorflow/tfjs-core'

export const activationNames = ['relu', 'silu', 'tanh', 'elu', 'softplus'] as const

/** Names of the activations that networks know. */
export type HiddenActivation = (typeof activationNames)[number]

const activations: Record<HiddenActivation, (x: Tensor) => Tensor> = { relu, silu, tanh, elu, softplus }

/** The function of that name. */
export function activationOf(where: string, name: HiddenActivation): (x: Tensor) => Tensor {
  if (Object.hasOwn(activations, name)) return activations[name]
  const known = Object.keys(activations).join(', ')
  throw refusal('config', where, { expected: `activation one of ${known}`, got: JSON.stringify(name) })
}
