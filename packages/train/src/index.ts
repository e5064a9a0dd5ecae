/** Training: fit, optimizers, schedules, averages, checkpoints. @module */

export type { Batches, CheckpointStore, Losses, Player, Trainable, Warning } from '@gen/model'
export { type AverageSnapshot, type MixAveragesOptions, mixAverages } from './averages/mix-averages.ts'
export type { PowerAverage } from './averages/power-average.ts'
export { type LoadCheckpointOptions, loadCheckpoint } from './checkpoints/load-checkpoint.ts'
export { type MemoryStoreOptions, memoryStore } from './checkpoints/memory-store.ts'
export type { EmaOptions, PowerEmaOptions } from './ema.ts'
export { fingerprint } from './fingerprint.ts'
export { fit } from './fit.ts'
export type { CheckpointOptions, FitOptions, Optimizers, ResumeOptions, Until } from './fit-options.ts'
export { last } from './last.ts'
export { noBatches } from './no-batches.ts'
export { type AdamOptions, type AdamWOptions, adam, adamW } from './optimizers/adam.ts'
export type { Optimizer, Slots, Updated, UpdateStep } from './optimizers/optimizer.ts'
export { type RmsPropOptions, rmsProp } from './optimizers/rms-prop.ts'
export { type SgdOptions, sgd } from './optimizers/sgd.ts'
export type {
  CheckpointEvent,
  EndEvent,
  FitEvent,
  PlayerWarning,
  SampleEvent,
  StepEvent,
  ValidationEvent,
} from './progress/events.ts'
export {
  type CosineDecayOptions,
  constant,
  cosineDecay,
  type LinearDecayOptions,
  linearDecay,
  type RateSchedule,
  type StepDecayOptions,
  stepDecay,
  type WarmupOptions,
  warmup,
} from './schedule.ts'
export type { ValidationOptions } from './validation/validation-options.ts'
export { readWeights, variablesOf, type WithPlayers, writeWeights } from './weights.ts'
