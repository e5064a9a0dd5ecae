/** Training a row's model, or bringing back what an earlier row trained. @module */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { type Batches, readWeights, type Trainable, writeWeights } from '@gen/train'
import type { RowContext } from '../experiment.ts'
import { type Trained, trainFor } from '../flows/train-for.ts'

/** Options of {@link trained}. */
export interface TrainedOptions {
  /** Of the file of weights. */
  readonly name: string
  readonly rate: number
  readonly key: Key
  readonly context: RowContext
}

/** Trains for the row's minutes and keeps the weights; a model of this name that is kept already is read instead. */
export async function trained(
  model: Trainable<Batch>,
  batches: Batches<Batch>,
  { name, rate, key, context }: TrainedOptions,
): Promise<Trained> {
  const file = join(context.scratch, `${name}.safetensors`)
  const report = `${file}.json`
  if (existsSync(file) && existsSync(report)) {
    writeWeights(model, decodeSafetensors(new Uint8Array(readFileSync(file))).tensors)
    return JSON.parse(readFileSync(report, 'utf8')) as Trained
  }
  const result = await trainedFor(model, batches, { seconds: 60 * context.minutes, rate, key, context })
  writeFileSync(file, encodeSafetensors(await readWeights(model)))
  writeFileSync(report, JSON.stringify(result))
  return result
}

/** Trains for a time, with averaged weights, and tells how it goes. */
export async function trainedFor<B>(
  model: Trainable<B>,
  batches: Batches<B>,
  { seconds, rate, key, context }: { seconds: number; rate: number; key: Key; context: RowContext },
): Promise<Trained> {
  return trainFor(model, batches, {
    seconds,
    rate,
    key,
    ema: 0.999,
    onStep: (step, { total }, share) => {
      if (step % 50 === 0) context.progress(`step ${step}, loss ${total?.toFixed(2)}, ${(100 * share).toFixed(0)} %`)
    },
  })
}
