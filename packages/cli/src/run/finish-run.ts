/** What a run leaves when it ends: first the model, then what is looked at. @module */
import { join } from 'node:path'
import { modelCard } from '@gen/io'
import { readModelFolder, writeModelFolder } from '@gen/io/node'
import { loadCheckpoint, variablesOf } from '@gen/train'
import type { RunValues } from '../commands/train-flags.ts'
import { samplingOf } from '../commands/train-flags.ts'
import type { Family, FamilyModel } from '../families/family.ts'
import { writeOutput } from '../write-output.ts'
import { besides } from './besides.ts'
import { modelCardOf } from './model-card.ts'
import type { RunFolder } from './run-folder.ts'
import { drawSamples, type SampleWishes } from './run-samples.ts'
import type { TrainRunResult } from './train-run.ts'

/** A run that has trained. */
export interface FinishedRun {
  readonly family: Pick<Family, 'name' | 'description'>
  readonly model: FamilyModel
  readonly values: RunValues
  readonly folder: RunFolder
  readonly samples: SampleWishes
  readonly result: TrainRunResult
}

/** Whether the folder's model is the one of this step: then a run that was done already has nothing to leave. */
export async function isWritten(folder: Pick<RunFolder, 'path'>, step: number): Promise<boolean> {
  const written = await readModelFolder(join(folder.path, 'model')).catch(() => undefined)
  return written?.metadata.step === String(step)
}

/** Writes the model, the loss curve and the last samples, and prints where they are. */
export async function finishRun({ family, model, values, folder, samples, result }: FinishedRun): Promise<void> {
  const command = `gen train ${family.name}`
  const path = join(folder.path, 'model')
  const { data } = values
  const card = modelCardOf(family, values, result)
  const best = values.validate > 0 && (await folder.checkpoints.list()).length > 0
  const step = best ? await loadCheckpoint(model.trainable, folder.checkpoints, { step: 'best' }) : result.step
  await writeModelFolder(path, {
    config: { family: family.name, model: model.config, data, ...samplingOf(values) },
    tensors: variablesOf(model.whole ?? model.trainable),
    metadata: { step: String(result.step), ...(best && { best: String(step) }) },
    card,
  })
  const verb = { done: 'done', aborted: 'stopped', stalled: 'the loss on held-out data fell no more: done' }[
    result.reason
  ]
  const loss = result.loss === undefined ? '' : `, loss ${result.loss.toPrecision(4)}`
  console.log(`${verb} after step ${result.step}, ${result.seconds.toFixed(0)} s${loss}`)
  console.log(`model    ${path}${best ? `, of step ${step}, the best on held-out data` : ''}`)
  const aside = besides((text) => console.log(text), 'the model is written')
  await aside('plot', () => folder.plot(`${family.name} on ${data}: ${model.lossUnit ?? 'loss'}`))
  const drawn = await aside('samples', () => drawSamples(model, folder, samples, result.step))
  if (drawn) console.log(`samples  ${drawn.path}`)
  if (drawn?.file instanceof Uint8Array && drawn.extension === 'png') {
    const picture = drawn.file
    await aside('picture', async () => {
      await writeOutput(command, join(path, 'samples.png'), picture)
      await writeOutput(command, join(path, 'README.md'), modelCard({ samples: 'samples.png', ...card }))
    })
  }
  if (result.reason === 'aborted') console.log(`go on    ${command} --resume ${folder.path}`)
}
