/** How a run trains, for others to go on with. @module */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ToPytorchOptions } from '@gen/convert'
import { decodeSafetensors } from '@gen/io'
import { folderStore } from '@gen/io/node'
import * as v from 'valibot'

const number = v.exactOptional(v.pipe(v.unknown(), v.transform(Number), v.number()))
const schema = v.object({
  command: v.literal('train'),
  values: v.object({
    batch: number,
    learningRate: number,
    discriminatorRate: number,
    beta1: number,
    weightDecay: number,
    ema: number,
    clipNorm: number,
  }),
})

/** The options of the run in a folder and its last checkpoint; nothing for what is no folder of a run. */
export async function trainingOfRun(folder: string): Promise<ToPytorchOptions['training']> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}')
  const parsed = v.safeParse(schema, JSON.parse(text))
  if (!parsed.success) return undefined
  const store = folderStore(join(folder, 'checkpoints'))
  const step = (await store.list()).at(-1)
  const weights = step === undefined ? undefined : (await store.load(step))['weights.safetensors']
  return {
    ...parsed.output.values,
    ...(step !== undefined && { step }),
    ...(weights && { tensors: decodeSafetensors(weights).tensors }),
  }
}
