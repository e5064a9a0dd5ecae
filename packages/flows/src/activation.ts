/** Activations of the networks. @module */
import { GenError, silu } from '@gen/backend'
import { elu, relu, softplus, type Tensor, tanh } from '@tensorflow/tfjs-core'

/** Names of the activations that networks know. */
export type Activation = 'relu' | 'silu' | 'tanh' | 'elu' | 'softplus'

const activations: Record<Activation, (x: Tensor) => Tensor> = { relu, silu, tanh, elu, softplus }

/** The function of that name. */
export function activationOf(where: string, name: Activation): (x: Tensor) => Tensor {
  const found = activations[name]
  if (found) return found
  const known = Object.keys(activations).join(', ')
  throw new GenError('config', `${where}: expected activation one of ${known}, got ${JSON.stringify(name)}`)
}
