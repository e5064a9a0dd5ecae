/** A network that sees its own earlier estimate of the data. @module */
import { refusal } from '@gen/backend'
import { concat, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import type { AdaptedNetwork, NetworkConditions } from '../networks/network.ts'

/**
 * Gives the network the estimate x̂₀ of its condition as its context, zeros where there is none; behind the image that there may be, along the channels.
 *
 * @throws GenError `config` for a network that takes no context of the data's size.
 * @see Analog bits: generating discrete data using diffusion models with self-conditioning (Chen et al., 2022) https://arxiv.org/abs/2208.04202
 */
export function selfConditioned(network: AdaptedNetwork): AdaptedNetwork {
  const { shape, takes } = network
  if (takes.context !== undefined && !fits(takes.context, shape)) {
    throw refusal('config', 'diffusion.diffusion', {
      expected: 'a network that takes a context of the data’s size, for selfConditioning',
      got: takes.context ? `one of [${takes.context.join(', ')}]` : 'one that takes none',
      remedy: `make it with context: [${shape.join(', ')}], or as many channels more, which then hold its own estimate`,
    })
  }
  return {
    ...network,
    takes: withoutEstimate(network),
    denoise: (x, alpha, { clean, context, ...condition } = {}, options = {}) =>
      tidy(() => {
        const estimate: Tensor = clean ?? zerosLike(x)
        const seen = context ? concat([context, estimate], -1) : estimate
        return network.denoise(x, alpha, { ...condition, context: seen }, options)
      }),
  }
}

/** Whether the context holds an estimate of the data, at their size. */
function fits(context: readonly number[] | null, shape: readonly number[]): boolean {
  if (context?.length !== shape.length) return false
  return shape.every((n, i) => (i === shape.length - 1 ? context[i]! >= n : context[i] === n))
}

/** What is left of the context for others; a network of one's own may not say. */
function withoutEstimate({ takes: { context, ...takes }, shape }: AdaptedNetwork): NetworkConditions {
  if (!context) return takes
  const channels = context.at(-1)! - shape.at(-1)!
  return { ...takes, context: channels > 0 ? [...context.slice(0, -1), channels] : null }
}
