/** Ancestral steps that are taken again and again. @module */

import type { Tensor } from '@tensorflow/tfjs-core'
import { freshNoise } from '../samplers/ddim.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { type Stage, stepSampler } from '../samplers/walk.ts'
import { weightedSum, withNoise } from '../samplers/weighted-sum.ts'
import type { Level } from '../schedules/level.ts'

/**
 * DDPM's steps, each of which but the last is taken so many times, with noise in between that leads back up: what was put in from
 * outside and what was made come to fit each other. With 1 time it is `ddim({ steps, eta: 1 })`, bit by bit.
 */
export function resampled({ steps, times }: { readonly steps: number; readonly times: number }): Sampler {
  return stepSampler('resampled', { steps, times }, (stage) => {
    const { from, to, noise } = stage
    let [x, clean] = down(stage, stage.x)
    for (let time = 1; to.noise > 0 && time < times; time++) {
      ;[x, clean] = down(stage, up(x, to, from, noise))
    }
    return { x, clean }
  })
}

/** DDIM's step with η = 1, and x̂₀. */
function down({ from, to, predict, noise }: Stage, x: Tensor): [x: Tensor, clean: Tensor] {
  const { eps, clean } = predict(x, from)
  if (to.noise === 0) return [clean, clean]
  const sigma = freshNoise(from, to, 1)
  const kept = Math.sqrt(Math.max(0, to.noise ** 2 - sigma ** 2))
  return [withNoise(weightedSum([to.signal, clean], [kept, eps]), sigma, noise), clean]
}

/** The forward process from a level to one with more noise. */
function up(x: Tensor, from: Level, to: Level, noise: Stage['noise']): Tensor {
  const ratio = to.signal / from.signal
  const added = Math.sqrt(Math.max(0, to.noise ** 2 - (ratio * from.noise) ** 2))
  return withNoise(weightedSum([ratio, x]), added, () => noise(from, to))
}
