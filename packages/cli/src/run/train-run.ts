/** One training run from start or resume to its end: events become progress, log, samples, checkpoints and a model folder. @module */
import { performance } from 'node:perf_hooks'
import { fold, type Key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { type Batches, type FitOptions, fit, type StepEvent } from '@gen/train'
import type { FamilyModel, SampleOptions } from '../families/family.ts'
import { progress } from '../progress.ts'
import { columnsOf, pictureOf } from './picture.ts'
import type { RunFolder } from './run-folder.ts'

/** What a run needs. */
export interface TrainRunOptions {
  readonly model: FamilyModel
  readonly batches: Batches<Batch>
  readonly folder: RunFolder
  readonly title: string
  readonly fit: Omit<FitOptions, 'checkpoints'> & { checkpointEvery: number }
  /** The samples drawn while training: always with the same key, so that grids can be compared. */
  readonly samples: Omit<SampleOptions, 'signal'>
}

/** How a run ended. */
export interface TrainRunResult {
  readonly step: number
  readonly reason: 'done' | 'aborted'
  /** Seconds of this call, samples and checkpoints while training included. */
  readonly seconds: number
  readonly loss: number
  /** File of the last samples, and what it holds. */
  readonly samples: string
  readonly picture: Uint8Array | string
}

/** One number to show: the players' losses per dimension (or in bits) where they tell them, else their totals, added up. */
function shownLoss(losses: StepEvent['losses']): number {
  const shown = ({ total = 0, perDimension = total, bitsPerDim = perDimension }: Readonly<Record<string, number>>) =>
    bitsPerDim
  return Object.values(losses).reduce((sum, loss) => sum + shown(loss), 0)
}

/** Trains, showing progress; leaves the averaged weights in the model. */
export async function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  const { model, batches, folder, title } = options
  const { checkpointEvery, ...fitOptions } = options.fit
  const view = progress(fitOptions.steps)
  const started = performance.now()
  const checkpoints = { store: folder.checkpoints, every: checkpointEvery }
  let loss = Number.NaN
  const warned = new Set<string>()
  try {
    for await (const event of fit(model.trainable, batches, { ...fitOptions, checkpoints })) {
      if (event.type === 'step') {
        loss = shownLoss(event.losses)
        view.update({
          step: event.step,
          loss,
          samplesPerSecond: event.samplesPerSecond,
          secondsLeft: event.secondsLeft,
        })
        await folder.log({
          step: event.step,
          loss,
          losses: event.losses,
          gradientNorm: event.gradientNorm,
          learningRate: event.learningRate,
          ...(event.warnings.length > 0 && { warnings: event.warnings }),
        })
        for (const { player, name, message } of event.warnings) {
          if (warned.has(`${player} ${name}`)) continue
          warned.add(`${player} ${name}`)
          view.line(`warning  ${name}: ${message}`)
        }
      } else if (event.type === 'sample') {
        view.line(`samples  ${(await saveSamples(options, event.step)).samples}`)
      } else if (event.type === 'checkpoint') {
        await folder.log({ checkpoint: event.step })
      } else {
        view.stop()
        await folder.plot(title)
        const seconds = (performance.now() - started) / 1000
        return { step: event.step, reason: event.reason, seconds, loss, ...(await saveSamples(options, event.step)) }
      }
    }
    throw new Error('fit ended without an end event')
  } finally {
    view.stop()
  }
}

async function saveSamples(
  { model, samples, folder }: TrainRunOptions,
  step: number,
): Promise<Pick<TrainRunResult, 'samples' | 'picture'>> {
  const drawn = await model.sample(samples)
  try {
    const { file, extension } = await pictureOf(drawn, {
      columns: columnsOf(samples.count, samples.labels?.length ?? model.classes),
    })
    return {
      samples: await folder.saveSamples(`step-${String(step).padStart(6, '0')}.${extension}`, file),
      picture: file,
    }
  } finally {
    drawn.dispose()
  }
}

/** The keys of a run: what is drawn for the weights, the batches, the noise and the samples does not overlap. */
export function runKeys(seed: Key): { weights: Key; batches: Key; training: Key; samples: Key } {
  return { weights: fold(seed, 0), batches: fold(seed, 1), training: fold(seed, 2), samples: fold(seed, 3) }
}
