/** Encoders and decoders: networks of `@gen/nn`'s calling convention. @module */
import { adaptNetwork as adapt, type Network } from '@gen/nn'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export type { ApplyOptions, Network } from '@gen/nn'

/**
 * Brings a network into the one calling convention: an encoder `[batch, …shape]` → `[batch, outputs]`, or a decoder
 * `[batch, latentSize]` → `[batch, …shape]`. A `Network` stays as it is. A layers model has the inputs x and, if it takes
 * classes, label int32 `[batch, 1]`.
 *
 * @throws GenError `config` for a layers model with other inputs or outputs.
 * @example
 * const encoder = adaptNetwork(mlp({ inputs: 2, outputs: 4, key: key(0) }))
 */
export function adaptNetwork(network: Network | LayersModel): Network {
  return adapt('vae', network)
}
