/** Samplers whose x̂₀ is clipped while ε stays as it was predicted, as diffusers' schedulers have it. @module */
import type { Sampler } from '@gen/diffusion'
import { clipByValue } from '@tensorflow/tfjs-core'

/**
 * A sampler that sees x̂₀ within [−range, range]. `clip: true` of `sample` also takes the ε that belongs to the clipped x̂₀, which other models'
 * published numbers do not.
 */
export function clipped(sampler: Sampler, range: number): Sampler {
  return {
    ...sampler,
    config: { ...sampler.config, clip: range },
    run: (context) =>
      sampler.run({
        ...context,
        predict(x, level) {
          const { eps, clean } = context.predict(x, level)
          const within = clipByValue(clean, -range, range)
          clean.dispose()
          return { eps, clean: within }
        },
      }),
  }
}
