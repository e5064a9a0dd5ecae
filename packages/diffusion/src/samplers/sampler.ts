/** What a sampler is. @module */
import type { JsonObject } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Level } from '../schedules/level.ts'
import type { NoiseSchedule } from '../schedules/schedule.ts'
import type { Spacing } from '../spacings/spacing.ts'

/** What the network makes of x; `x = signal · clean + noise · eps`. */
export interface Prediction {
  readonly eps: Tensor
  /** x̂₀. */
  readonly clean: Tensor
  /** Of a network with a learned range: where the variance of a DDPM step lies, from 0, the posterior's, to 1, β, in logarithms. */
  readonly spread?: Tensor
}

/** One level for all rows, or one for each. */
export type Levels = Level | readonly Level[]

/** What a sampler works with. */
export interface SamplerContext {
  /** Noise to start from, `[rows, …]`; not disposed by the sampler. */
  readonly start: Tensor
  readonly schedule: NoiseSchedule
  /** Asks the network (with condition, guidance and clipping inside); its tensors are the caller's. */
  predict(x: Tensor, level: Levels): Prediction
  /**
   * Fresh standard normal noise, of the shape of `start`: the i-th of the run, for a step from one level to another. Where
   * it is the increment of a Brownian path the levels say which, else i.
   */
  noise(i: number, from: Level, to: Level): Tensor
}

/** One step of denoising. */
export interface SamplerState {
  /** From 1. */
  readonly step: number
  /** Signal ratio of x; of the noisiest row where rows differ. */
  readonly alpha: number
  /** The noisy state the step began with. */
  readonly x: Tensor
  /** x̂₀ predicted from it. */
  readonly clean: Tensor
  /** Numbers that the sampler reads when it goes on: who can wait should await their `data()` before. */
  readonly reads?: Tensor
}

/**
 * Turns noise into data. `run` yields each step and returns the result: what it yields lives until the next step, what it
 * returns is the caller's, and after `return()` nothing is left.
 */
export interface Sampler {
  readonly name: string
  /** How many states `run` yields, at most. */
  readonly steps: number
  /** What it was made with, as plain JSON. */
  readonly config: JsonObject
  run(context: SamplerContext): Generator<SamplerState, Tensor, undefined>
}

/** Options of every sampler that walks along a list of levels. */
export interface SamplerOptions {
  /** Steps along the levels. @default 20 */
  steps?: number
  /** Which levels. @default evenSpacing(); karrasSpacing() for samplers that step in σ, which long steps where σ is large lead astray */
  spacing?: Spacing
}
