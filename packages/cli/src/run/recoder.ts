/** An encoder for models that have none, trained at its first use and kept beside them. @module */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fold, GenError, key, refusal } from '@gen/backend'
import { type CheckpointStore, readModelFolder, writeModelFolder } from '@gen/io/node'
import { adam, cosineDecay, type FitOptions, fit, noBatches, variablesOf, warmup, writeWeights } from '@gen/train'
import { counter } from '../counter.ts'
import type { Recoder } from '../families/family.ts'
import { interruptible } from '../interrupt.ts'
import { onnxNames } from './foreign-folder.ts'
import type { LatentFolder } from './latent-folder.ts'
import { unfinished } from './unfinished.ts'

/** Steps that a recoder is trained for, of 64 samples each. */
export const recoderSteps = 1500
const [rate, warm, checkpointEvery] = [2e-3, 50, 250]

/** Its weights and its noise come from here: the same model has the same recoder. */
const seed = key(0)

/** Of which model, and how it was trained. */
const configOf = (model: LatentFolder['model'], fingerprint: string, steps: number) => ({
  kind: 'recoder',
  model: fingerprint,
  latentSize: model.latent?.latentSize ?? 0,
  steps,
})

/**
 * Opens the recoder of a model, or trains it and keeps it in `recoder/` of the folder. A model that was trained further has a new one.
 *
 * @throws GenError 'aborted' when it is interrupted while training: the next call goes on from there, to the same numbers.
 */
export async function openRecoder(
  command: string,
  folder: string,
  model: LatentFolder['model'],
  { steps = recoderSteps }: { steps?: number } = {},
): Promise<Recoder | undefined> {
  if (!model.recoder) return undefined
  const recoder = model.recoder(fold(seed, 0))
  const config = configOf(model, await fingerprintOf(folder), steps)
  const path = join(folder, 'recoder')
  try {
    if (await restore(recoder, path, config)) return recoder
    const { store, clear } = await unfinished(path, config)
    await train(command, folder, recoder, { steps, store })
    await keep(recoder, path, config, folder)
    await clear()
  } catch (error) {
    recoder.dispose()
    throw error
  }
  return recoder
}

/** Of the weights of the model, in whatever file they are. */
async function fingerprintOf(folder: string): Promise<string> {
  const names = ['model/model.safetensors', 'model.safetensors', ...onnxNames]
  const file = names.map((name) => join(folder, name)).find(existsSync) ?? join(folder, 'model.safetensors')
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

/** Whether a recoder of this very model was kept, and is whole. */
async function restore({ trainable }: Recoder, path: string, wanted: object): Promise<boolean> {
  const kept = await readModelFolder(path).catch(() => undefined)
  if (!kept || JSON.stringify(kept.config) !== JSON.stringify(wanted)) return false
  try {
    writeWeights(trainable, kept.tensors)
    return true
  } catch (error) {
    if (GenError.is(error)) return false
    throw error
  }
}

async function train(
  command: string,
  folder: string,
  { trainable, batches = noBatches }: Recoder,
  { steps, store }: { steps: number; store: CheckpointStore },
): Promise<void> {
  console.log(
    `${folder} has no encoder: it gets one now, trained on its own samples and kept in ${join(folder, 'recoder')}.\n` +
      `--locate optimize needs none, and searches instead: that takes seconds for each image.`,
  )
  const view = counter('training the encoder', steps)
  try {
    await interruptible(async (signal) => {
      const checkpoints = { store, every: checkpointEvery, keep: 1 }
      const options = { ...fitOptions(steps), signal, checkpoints, resume: true }
      for await (const event of fit(trainable, batches, options)) {
        if (event.type === 'step') view.update(event.step)
        if (event.type === 'end' && event.reason === 'aborted') {
          const expected = `to train an encoder for ${folder}`
          const remedy = (await store.list()).length > 0 ? 'start again, and it goes on from there' : 'start again'
          throw refusal('aborted', command, { expected, got: `interrupted at step ${event.step} of ${steps}`, remedy })
        }
      }
    })
  } finally {
    view.stop()
  }
}

function fitOptions(steps: number): FitOptions {
  const falling = cosineDecay({ from: rate, to: rate / 100, steps })
  const optimizer = adam({ learningRate: warmup({ steps: warm, to: falling }) })
  return { steps, optimizer, key: fold(seed, 1), clipNorm: 1, ema: 0.995 }
}

/** Where the folder cannot be written to, the recoder serves this once. */
async function keep({ trainable }: Recoder, path: string, config: object, folder: string): Promise<void> {
  const card = { name: `encoder of ${folder}`, description: 'finds codes of images for a model that has no encoder' }
  try {
    await writeModelFolder(path, {
      config,
      tensors: variablesOf(trainable),
      card: { ...card, data: `samples of ${folder}`, seed: 0 },
    })
  } catch (error) {
    if (!GenError.is(error)) throw error
    console.log(`warning: the encoder is not kept, and is trained again next time: ${error.message}`)
  }
}
