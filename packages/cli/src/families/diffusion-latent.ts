/** The latent space of a diffusion model: the noise that deterministic sampling starts from. @module */
import { key } from '@gen/backend'
import { type Diffusion, ddim } from '@gen/diffusion'
import type { LatentModel } from '@gen/latent-tools'
import { reshape, type Tensor2D } from '@tensorflow/tfjs-core'

const steps = 20

/** Codes are flattened noise: DDIM decodes them, its inversion encodes images. */
export function diffusionLatent(model: Pick<Diffusion, 'shape' | 'sample' | 'invert'>): LatentModel {
  const latentSize = model.shape.reduce((size, n) => size * n, 1)
  return {
    latentSize,
    decode: async (z) => {
      const count = z.shape[0]
      const noise = reshape(z, [count, ...model.shape])
      const images = await model.sample({ count, noise, sampler: ddim({ steps }), key: key(0) })
      noise.dispose()
      return images
    },
    encode: async (x) => {
      const noise = await model.invert(x, { steps })
      const codes = reshape(noise, [x.shape[0] ?? 0, latentSize]) as Tensor2D
      noise.dispose()
      return codes
    },
  }
}
