/** Training: fit, optimizers, schedules, averages, checkpoints. @module */
export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts'
export { type CheckpointStore, memoryStore } from './checkpoint-store.ts'
export type { EmaOptions } from './ema.ts'
export type { CheckpointEvent, EndEvent, FitEvent, PlayerWarning, SampleEvent, StepEvent, Warning } from './events.ts'
export { fit } from './fit.ts'
export type { CheckpointOptions, FitOptions, Optimizers, ResumeOptions, Until } from './fit-options.ts'
export { last } from './last.ts'
export { type LoadCheckpointOptions, loadCheckpoint } from './load-checkpoint.ts'
export type { Optimizer, Slots, Updated, UpdateStep } from './optimizer.ts'
export type { Batches, Losses, Player, Trainable } from './player.ts'
export { type RmsPropOptions, rmsProp } from './rms-prop.ts'
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
export { type SgdOptions, sgd } from './sgd.ts'
export { readWeights, variablesOf, type WithPlayers, writeWeights } from './weights.ts'
