/** Which noise levels training sees. @module */
import type { JsonObject, Key } from '@gen/backend'
import type { Tensor1D } from '@tensorflow/tfjs-core'
import type { NoiseSchedule } from '../../schedules/schedule.ts'

/** A time sampling as plain JSON. */
export type TimeSamplingConfig = JsonObject & { readonly kind: string }

/** The levels of one batch. */
export interface TimeDraw {
  /** Signal ratio of each row. */
  readonly alpha: Tensor1D
  /** What each row's loss is multiplied by, so that its mean is that of uniform times; none for 1. */
  readonly weight?: Tensor1D
}

/** How training draws its noise levels. */
export interface TimeSampling {
  /** What it is made from again, as plain JSON. */
  readonly config: TimeSamplingConfig
  /** Draws the levels of a batch from a key; runs in a `tidy`. */
  draw(k: Key, rows: number, schedule: NoiseSchedule): TimeDraw
}
