/** A network that sees its own earlier estimate of the data. @module */
import { refusal } from '@gen/backend'
import { concat, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import type { AdaptedNetwork, NetworkConditions } from '../networks/network.ts'

/**
 * Gives the network the estimate x̂₀ of its condition as an image, zeros where there is none; behind the image that there may be, along the channels.
 *
 * @throws GenError `config` for a network that takes no image.
 * @see Analog bits: generating discrete data using diffusion models with self-conditioning (Chen et al., 2022) https://arxiv.org/abs/2208.04202
 */
export function selfConditioned(network: AdaptedNetwork): AdaptedNetwork {
  if (network.takes.image === false) {
    const channels = network.shape.at(-1)
    throw refusal('config', 'diffusion.diffusion', {
      expected: 'a network that takes an image, for selfConditioning',
      got: 'one that takes none',
      remedy: `make it with imageChannels: ${channels}, which then hold its own estimate`,
    })
  }
  return {
    ...network,
    // Whether it takes an image beside the estimate, it does not say.
    takes: withoutImage(network.takes),
    denoise: (x, alpha, { clean, image, ...condition } = {}, options = {}) =>
      tidy(() => {
        const estimate: Tensor = clean ?? zerosLike(x)
        const seen = image ? concat([image, estimate], -1) : estimate
        return network.denoise(x, alpha, { ...condition, image: seen }, options)
      }),
  }
}

function withoutImage({ image: _, ...takes }: NetworkConditions): NetworkConditions {
  return takes
}
