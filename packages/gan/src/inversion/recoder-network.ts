/** The network of a recoder, where none is given. @module */
import type { Key } from '@gen/backend'
import { convEncoder, mlp } from '@gen/nn'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Gan } from '../gan.ts'

/** Options of {@link recoderNetwork}. */
export interface RecoderNetworkOptions {
  /** Whose codes are to be found. */
  gan: Pick<Gan, 'shape' | 'latentSize'>
  /** Channels after each halving; of what is no image, sizes of hidden layers. @default 32, 64, 128; or 256 three times */
  widths?: number[]
  /** Draws the weights. */
  key: Key
}

const channels = [32, 64, 128]
/** Images are not halved below this: what is left of them says little. */
const smallest = 4

/**
 * A convolutional network from a GAN's images to its codes, which halves them once, and while they have more than 4 pixels a side; of
 * points a perceptron.
 *
 * @throws GenError as `convEncoder` and `mlp` of `@gen/nn`.
 * @example
 * const encoder = recoder({ gan: model, network: recoderNetwork({ gan: model, key: key(0) }) })
 */
export function recoderNetwork({ gan: { shape, latentSize }, widths, key }: RecoderNetworkOptions): LayersModel {
  if (shape.length !== 3) {
    return mlp({ inputs: shape[0]!, outputs: latentSize, widths: widths ?? [256, 256, 256], activation: 'silu', key })
  }
  const side = Math.min(shape[0]!, shape[1]!)
  const halvings = channels.filter((_, i) => i === 0 || side / 2 ** i > smallest)
  return convEncoder({ shape: [...shape], outputs: latentSize, widths: widths ?? halvings, key })
}
