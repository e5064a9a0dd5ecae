/** Where z comes from. @module */
import { GenError, type Key, normal, uniform } from '@gen/backend'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** What draws z; every prior of `@gen/priors` is such. Row i depends only on (k, i). */
export interface Latent {
  readonly size: number
  sample(count: number, k: Key): Tensor2D
}

/** The latent distributions by name: standard normal, or uniform in [−1, 1]. */
export type LatentName = 'normal' | 'uniform'

/**
 * The distribution of z, by name or as it is.
 *
 * @throws GenError `config` for an unknown name or another size than the generator's.
 */
export function latentOf(latent: Latent | LatentName, size: number): Latent {
  if (latent === 'normal') return { size, sample: (count, k) => normal(k, [count, size]) as Tensor2D }
  if (latent === 'uniform') {
    return { size, sample: (count, k) => uniform(k, [count, size], { min: -1, max: 1 }) as Tensor2D }
  }
  if (typeof latent === 'object' && latent.size === size) return latent
  const got = typeof latent === 'object' ? `one of size ${latent.size}` : JSON.stringify(latent)
  throw new GenError('config', `gan.gan: expected latent 'normal', 'uniform' or a prior of size ${size}, got ${got}`)
}
