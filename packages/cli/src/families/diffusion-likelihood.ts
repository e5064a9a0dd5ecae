/** How likely data are to a diffusion model, for `gen eval`. @module */
import { split, uniform } from '@gen/backend'
import { type Diffusion, logLikelihood } from '@gen/diffusion'
import { add, div, mul, sub, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { FamilyLikelihood } from './family.ts'

const levels = 256
/** So many dimensions have their divergence computed; of more it is estimated, by one probe for each item. */
const mostExact = 16

/**
 * By the probability-flow ODE. Of images, whose whole levels get uniform noise, some hundred calls of the network and as many gradients
 * for each batch: only where it is asked for by name.
 */
export function diffusionLikelihood(model: Diffusion): FamilyLikelihood {
  const images = model.shape.length === 3
  const size = model.shape.reduce((product, n) => product * n, 1)
  const probes = size <= mostExact ? 'exact' : 1
  return {
    kind: images ? 'bound, dequantized' : 'density',
    discrete: images,
    slow: images,
    async logProb(x, { key: k, labels }) {
      const [noise, trace] = split(k, 2)
      const continuous = tidy(() =>
        images ? div(add(mul(x, levels - 1), uniform(noise!, x.shape)), levels) : x.clone(),
      )
      try {
        const told = model.config.classes > 0 && labels ? { labels } : {}
        const { nats, bitsPerDim } = await logLikelihood(model, continuous, { key: trace!, probes, ...told })
        bitsPerDim.dispose()
        if (!images) return nats
        const bound = tidy(() => sub(nats, size * Math.log(levels)) as Tensor1D)
        nats.dispose()
        return bound
      } finally {
        continuous.dispose()
      }
    },
  }
}
