/** Generators and discriminators: networks of `@gen/nn`'s calling convention. @module */
import type { JsonObject } from '@gen/backend'
import { adaptNetwork as adapt, type Network } from '@gen/nn'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export type { ApplyOptions, Network } from '@gen/nn'

/**
 * Brings a network into the one calling convention: a generator `[batch, latentSize]` → `[batch, …shape]`, or a discriminator
 * `[batch, …shape]` → `[batch, 1]` logits. A `Network` stays as it is. A layers model has the inputs x and, if it takes
 * classes, label int32 `[batch, 1]`.
 *
 * @param config - How a layers model was made, if that shall be kept; `ganFromConfig` knows the networks of this package.
 * @throws GenError `config` for a layers model with other inputs or outputs.
 * @example
 * const generator = adaptNetwork(mlp({ inputs: 2, outputs: 2, key: key(0) }))
 */
export function adaptNetwork(network: Network | LayersModel, config?: JsonObject): Network {
  return adapt('gan', network, config)
}
