/** The model card that a finished run writes beside its weights. @module */
import { hubWords } from '@gen/convert'
import type { ModelCard } from '@gen/io'
import type { RunValues } from '../commands/train-flags.ts'
import type { Family } from '../families/family.ts'
import type { TrainRunResult } from './train-run.ts'

/** What was trained, on what, how long, and how to sample from it. */
export function modelCardOf(
  { name, description }: Pick<Family, 'name' | 'description'>,
  values: RunValues,
  { step, loss, seconds }: Pick<TrainRunResult, 'step' | 'loss' | 'seconds'>,
): ModelCard {
  const { steps, minutes, batch, ema, seed, data } = values
  const length = minutes > 0 ? `${step} steps in ${minutes} minutes` : `${step} of ${steps} steps`
  return {
    name: `${name} on ${data}`,
    description,
    data,
    architecture: `See \`config.json\`. Trained for ${length} with batches of ${batch}; weights averaged with decay ${ema}.`,
    metrics: {
      ...(loss !== undefined && { 'training loss at the last step': Number(loss.toPrecision(4)) }),
      'seconds of training': Math.round(seconds),
    },
    seed,
    ...hubWords(name, data),
    command: 'gen sample <this folder> --count 64 --out samples.png',
  }
}
