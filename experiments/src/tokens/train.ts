/** Training for a number of steps that can be killed and goes on. @module */
import { join } from 'node:path'
import type { Key } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { folderStore } from '@gen/io/node'
import type { TokenModel } from '@gen/tokens'
import { adamW, cosineDecay, fit, warmup } from '@gen/train'

/** What is trained how. */
export interface TrainOptions {
  readonly sequences: Dataset
  readonly steps: number
  readonly keys: { readonly batches: Key; readonly training: Key }
  /** Where checkpoints are. */
  readonly folder: string
  onStep(step: number, nats: number): void
}

const settings = {
  batch: 16,
  rate: 3e-3,
  weightDecay: 0.01,
  warmUp: 100,
  clipNorm: 1,
  ema: 0.995,
  checkpointEvery: 250,
}

/** Trains a model, and leaves its averaged weights; gives the processor's seconds of all threads, those of this call. */
export async function train(
  model: TokenModel,
  { sequences, steps, keys, folder, onStep }: TrainOptions,
): Promise<{ steps: number; processorSeconds: number }> {
  const { batch, rate, weightDecay, warmUp, clipNorm, ema, checkpointEvery } = settings
  const falling = cosineDecay({ from: rate, to: rate / 100, steps: Math.max(1, steps - warmUp) })
  const optimizer = adamW({ learningRate: warmup({ steps: Math.min(warmUp, steps), to: falling }), weightDecay })
  const store = folderStore(join(folder, 'checkpoints'))
  // What was killed goes on also with another number of steps, over which the rate then falls.
  const resume = (await store.list()).length > 0 && { allowChanges: true }
  const batches = sequences.batches({ size: batch, key: keys.batches })
  const options = { steps, optimizer, clipNorm, ema, key: keys.training, resume }
  const before = process.cpuUsage()
  for await (const event of fit(model, batches, {
    ...options,
    checkpoints: { store, every: checkpointEvery, keep: 2 },
  })) {
    if (event.type === 'step') onStep(event.step, event.losses.predictor?.perDimension ?? Number.NaN)
  }
  const { user, system } = process.cpuUsage(before)
  return { steps, processorSeconds: Math.round((user + system) / 1e6) }
}
