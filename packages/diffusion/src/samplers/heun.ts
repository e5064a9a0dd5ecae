/** Heun's method in σ. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Level } from '../schedules/level.ts'
import { karrasSpacing } from '../spacings/karras.ts'
import type { Sampler, SamplerContext, SamplerOptions } from './sampler.ts'
import { alongSigma, straightTo } from './straight.ts'
import { type Stepped, stepSampler } from './walk.ts'

/**
 * Heun's second-order method, EDM's deterministic sampler: Euler's step to σ′, the slope there, and the step again with the
 * mean of both slopes, `y′ = y + (σ′ − σ) (ε + ε′) / 2`. The last step is Euler's, as is one from an infinite σ. Two calls a
 * step, one less in all. Steps are Karras's by default.
 *
 * @throws GenError `range` for fewer than 1 step.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), algorithm 1 https://arxiv.org/abs/2206.00364
 * @example
 * const images = await model.sample({ count: 16, sampler: heun({ steps: 18 }), key: key(0) })
 */
export function heun({ spacing = karrasSpacing(), ...options }: SamplerOptions = {}): Sampler {
  return stepSampler('heun', { ...options, spacing }, ({ x, from, to, predict }) => heunStep(predict, x, from, to))
}

/** Two stages from x at one level to another. */
export function heunStep(predict: SamplerContext['predict'], x: Tensor, from: Level, to: Level): Stepped {
  const first = predict(x, from)
  const guess = straightTo(first, to)
  if (to.noise === 0 || from.signal === 0) return { x: guess, clean: first.clean }
  const slopes = [
    [1 / 2, first.eps],
    [1 / 2, predict(guess, to).eps],
  ] as const
  return { x: alongSigma(x, from, to, slopes), clean: first.clean }
}
