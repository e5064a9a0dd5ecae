/** Where z comes from. @module */
import { normal, refusal, uniform } from '@gen/backend'
import type { ImplicitDistribution } from '@gen/model'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** The latent distributions by name: standard normal, or uniform in [−1, 1]. */
export type LatentName = 'normal' | 'uniform'

/**
 * The distribution of z, by name or as it is.
 *
 * @throws GenError `config` for an unknown name or another size than the generator's.
 */
export function latentOf(latent: ImplicitDistribution | LatentName, size: number): ImplicitDistribution {
  if (latent === 'normal') return { size, sample: (count, k) => normal(k, [count, size]) as Tensor2D }
  if (latent === 'uniform') {
    return { size, sample: (count, k) => uniform(k, [count, size], { min: -1, max: 1 }) as Tensor2D }
  }
  if (typeof latent === 'object' && latent.size === size) return latent
  const got = typeof latent === 'object' ? `one of size ${latent.size}` : JSON.stringify(latent)
  throw refusal('config', 'gan.gan', { expected: `latent 'normal', 'uniform' or a prior of size ${size}`, got })
}
