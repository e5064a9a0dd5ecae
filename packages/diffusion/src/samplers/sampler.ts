/** What a sampler is, and the list of signal ratios it walks along. @module */
import { GenError } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { NoiseSchedule } from '../schedules/schedule.ts'

/** What the network makes of x. */
export interface Prediction {
  readonly eps: Tensor
  /** x̂₀. */
  readonly clean: Tensor
}

/** What a sampler works with. */
export interface SamplerContext {
  /** Noise to start from, `[rows, …]`; not disposed by the sampler. */
  readonly start: Tensor
  readonly schedule: NoiseSchedule
  /** Asks the network (with condition, guidance and clipping inside); both tensors are the caller's. */
  predict(x: Tensor, alpha: number): Prediction
  /** Fresh standard normal noise for step i, of the shape of `start`. */
  noise(i: number): Tensor
}

/** One step of denoising. */
export interface SamplerState {
  /** From 1. */
  readonly step: number
  /** Signal ratio of x. */
  readonly alpha: number
  /** The noisy state the step began with. */
  readonly x: Tensor
  /** x̂₀ predicted from it. */
  readonly clean: Tensor
}

/**
 * Turns noise into data. `run` yields each step and returns the result: what it yields lives until the next step, what it
 * returns is the caller's, and after `return()` nothing is left.
 */
export interface Sampler {
  readonly name: string
  /** How many states `run` yields. */
  readonly steps: number
  /** What it was made with, as plain JSON. */
  readonly config: Readonly<Record<string, number | string | boolean>>
  run(context: SamplerContext): Generator<SamplerState, Tensor, undefined>
}

/**
 * The signal ratios of `steps` even times from the noise end to the clean end, rising. One list: whoever needs the next
 * ratio takes the next element.
 *
 * @throws GenError `value` for a schedule that does not rise along it or leaves (0, 1).
 */
export function signalRatios(schedule: NoiseSchedule, steps: number): number[] {
  const ratios = Array.from({ length: steps }, (_, i) => schedule.alpha(steps === 1 ? 1 : 1 - i / (steps - 1)))
  ratios.forEach((alpha, i) => {
    if (alpha > (i === 0 ? 0 : ratios[i - 1]!) && alpha < 1) return
    throw new GenError(
      'value',
      `diffusion.signalRatios: expected signal ratios that rise within (0, 1), got ${ratios[i - 1] ?? ''} then ${alpha}; ` +
        'let alpha(t) fall from t = 0 to t = 1',
    )
  })
  return ratios
}
