/** The contracts between models, data and training, in one place: types alone. @module */
export type { Batch, Batches, BatchesOptions, Dataset, Items, SyncBatches } from './batches.ts'
export type { CheckpointStore } from './checkpoint-store.ts'
export type { DiagonalNormal, Distribution, ImplicitDistribution } from './distribution.ts'
export type {
  Condition,
  Decoder,
  Encoder,
  GenerativeModel,
  LatentModel,
  ModelConfig,
  SampleOptions,
} from './generative-model.ts'
export type { ApplyOptions, Network, Parametric } from './network.ts'
export type { Losses, Player, Trainable, Warning } from './trainable.ts'
