/** Training: fit, optimizers, schedules, averages, checkpoints. @module */

export { type CheckpointStore, memoryStore } from './checkpoints/checkpoint-store.ts'
export { type LoadCheckpointOptions, loadCheckpoint } from './checkpoints/load-checkpoint.ts'
export type { EmaOptions } from './ema.ts'
export { fit } from './fit.ts'
export type { CheckpointOptions, FitOptions, Optimizers, ResumeOptions, Until } from './fit-options.ts'
export { last } from './last.ts'
export { type AdamOptions, type AdamWOptions, adam, adamW } from './optimizers/adam.ts'
export type { Optimizer, Slots, Updated, UpdateStep } from './optimizers/optimizer.ts'
export { type RmsPropOptions, rmsProp } from './optimizers/rms-prop.ts'
export { type SgdOptions, sgd } from './optimizers/sgd.ts'
export type { Batches, Losses, Player, Trainable } from './player.ts'
export type {
  CheckpointEvent,
  EndEvent,
  FitEvent,
  PlayerWarning,
  SampleEvent,
  StepEvent,
  Warning,
} from './progress/events.ts'
export {
  type CosineDecayOptions,
  constant,
  cosineDecay,
  type LinearDecayOptions,
  linearDecay,
  type RateSchedule,
  rateAt,
  type StepDecayOptions,
  stepDecay,
  type WarmupOptions,
  warmup,
} from './schedule.ts'
export { readWeights, variablesOf, type WithPlayers, writeWeights } from './weights.ts'
