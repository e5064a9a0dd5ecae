/** What `fit` tells while it trains. @module */
import type { Warning } from '@gen/model'

/** A warning and the player that it is about. */
export interface PlayerWarning extends Warning {
  readonly player: string
}

/** After every step (round of all players). */
export interface StepEvent {
  readonly type: 'step'
  /** Steps done, counted from the start of the run, also across resumes. */
  readonly step: number
  /**
   * Steps the run will have when it is done, as planned now: `step` itself at the last step. Infinity before a run by time
   * has been measured.
   */
  readonly steps: number
  /** Every named scalar of every player's last update: `losses.generator.total`. */
  readonly losses: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** The rate each player's last update used. */
  readonly learningRate: Readonly<Record<string, number>>
  /** The 2-norm of all gradients of each player's last update, before clipping. */
  readonly gradientNorm: Readonly<Record<string, number>>
  /** What the players warn of now; in every event while it lasts. */
  readonly warnings: readonly PlayerWarning[]
  /** Rows of batches trained on per second, smoothed; the consumer's own time does not count. */
  readonly samplesPerSecond: number
  /** Estimated seconds of training left. */
  readonly secondsLeft: number
}

/** Every `sampleEvery` steps: until the next event the variables hold the EMA weights, if there are any. */
export interface SampleEvent {
  readonly type: 'sample'
  readonly step: number
}

/** After a measurement on held-out batches. */
export interface ValidationEvent {
  readonly type: 'validation'
  readonly step: number
  /** Every named scalar of every player: means over the held-out batches, by the EMA weights, if there are any. */
  readonly losses: StepEvent['losses']
  /** What `validation.score` makes of them; NaN where there is no score. */
  readonly score: number
  /** Whether it is the lowest so far; a checkpoint follows, where there is a store. */
  readonly best: boolean
}

/** A checkpoint is safely in the store. */
export interface CheckpointEvent {
  readonly type: 'checkpoint'
  readonly step: number
  /** What the store's `save` returned: a folder store gives the folder's path. */
  readonly location: string
  /** Whether its loss is the lowest of all checkpoints so far; with `validation`, the loss on held-out batches. */
  readonly best: boolean
}

/** The last event; from now on the variables hold the EMA weights, if there are any. */
export interface EndEvent {
  readonly type: 'end'
  readonly step: number
  /** `stalled` where `validation.patience` ended it. */
  readonly reason: 'done' | 'aborted' | 'stalled'
  /** The losses of the last step, if this call made one. */
  readonly losses: StepEvent['losses']
}

/** What {@link fit} yields. */
export type FitEvent = StepEvent | SampleEvent | ValidationEvent | CheckpointEvent | EndEvent
