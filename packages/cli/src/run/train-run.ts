/** The training of a run from start or resume to its end: events become progress, log, samples and checkpoints. @module */
import { performance } from 'node:perf_hooks'
import { fold, type Key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { type Batches, type FitOptions, fit, type StepEvent, type ValidationEvent } from '@gen/train'
import type { FamilyModel } from '../families/family.ts'
import { type Progress, progress } from '../progress.ts'
import { besides } from './besides.ts'
import { type EventFile, tagged } from './event-file.ts'
import type { RunFolder } from './run-folder.ts'
import { drawSamples, type SampleWishes } from './run-samples.ts'

/** What a run needs. */
export interface TrainRunOptions {
  readonly model: FamilyModel
  readonly batches: Batches<Batch>
  readonly folder: RunFolder
  readonly fit: Omit<FitOptions<Batch>, 'checkpoints'> & { checkpointEvery: number }
  readonly samples: SampleWishes
  /** For TensorBoard. */
  readonly events?: EventFile
  /** Called after the first step: whatever a resume may refuse, it has not. */
  readonly onStart?: () => Promise<void>
}

/** How a run ended. */
export interface TrainRunResult {
  readonly step: number
  /** Steps of this call. */
  readonly steps: number
  /** `stalled`: the loss on held-out data fell no more. */
  readonly reason: 'done' | 'aborted' | 'stalled'
  /** Seconds of training, samples and checkpoints and the parts before a resume included. */
  readonly seconds: number
  /** Of the last step; undefined where no step was ever logged. */
  readonly loss: number | undefined
}

/** One number to show: the players' losses per dimension (or in bits) where they tell them, else their totals, added up. */
function shownLoss(losses: StepEvent['losses']): number {
  const shown = ({ total = 0, perDimension = total, bitsPerDim = perDimension }: Readonly<Record<string, number>>) =>
    bitsPerDim
  return Object.values(losses).reduce((sum, loss) => sum + shown(loss), 0)
}

/** Trains, showing progress; leaves the averaged weights in the model. What only shows or logs never ends a training. */
export async function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  const { model, batches, folder, onStart, events } = options
  const { checkpointEvery, ...fitOptions } = options.fit
  const view = progress()
  const aside = besides((text) => view.line(text), 'the training goes on')
  const checkpoints = { store: folder.checkpoints, every: checkpointEvery }
  const logged = fitOptions.resume ? await folder.logged() : []
  const started = performance.now()
  const now = (): number => performance.now() / 1000 - started / 1000
  let [last, before, steps] = [logged.at(-1), 0, 0]
  try {
    for await (const event of fit(model.trainable, batches, { ...fitOptions, checkpoints })) {
      if (event.type === 'step') {
        if (steps === 0) {
          await onStart?.()
          before = logged.findLast(({ step }) => step < event.step)?.seconds ?? 0
        }
        steps++
        last = { step: event.step, loss: shownLoss(event.losses), seconds: before + now() }
        showStep(view, event, last.loss)
        await aside('log', () => folder.log(entryOf(event, last!)))
        if (events) await aside('events', () => events.append(event.step, scalarsOf(event, last!.loss)))
        for (const { player, name, message } of event.warnings) aside.warn(`${player} ${name}`, `${name}: ${message}`)
      } else if (event.type === 'sample') {
        const file = await aside('samples', () => drawSamples(model, folder, options.samples, event.step))
        if (file) view.line(`samples  ${file.path}`)
      } else if (event.type === 'validation') {
        const loss = shownLoss(event.losses)
        view.line(`held out ${loss.toPrecision(4)} at step ${event.step}${event.best ? ', the best so far' : ''}`)
        await aside('log', () => folder.log(heldOutEntry(event, loss)))
        const scalars = { 'held-out': loss, ...tagged('held-out', event.losses) }
        if (events) await aside('events', () => events.append(event.step, scalars))
      } else if (event.type === 'checkpoint') {
        await aside('log', () => folder.log({ checkpoint: event.step }))
      } else {
        const { step, reason } = event
        return { step, steps, reason, seconds: last?.seconds ?? 0, loss: last?.loss }
      }
    }
    throw new Error('fit ended without an end event')
  } finally {
    view.stop()
  }
}

function showStep(view: Progress, { step, steps, samplesPerSecond, secondsLeft }: StepEvent, loss: number): void {
  view.update({ step, steps, loss, samplesPerSecond, secondsLeft })
}

function entryOf(event: StepEvent, { loss, seconds }: { loss: number; seconds: number }): Record<string, unknown> {
  const { step, losses, gradientNorm, learningRate, warnings } = event
  const rounded = Math.round(1000 * seconds) / 1000
  return { step, loss, losses, gradientNorm, learningRate, seconds: rounded, ...(warnings.length > 0 && { warnings }) }
}

function heldOutEntry({ step, losses, best }: ValidationEvent, heldOut: number): Record<string, unknown> {
  return { validation: step, heldOut, losses, best }
}

function scalarsOf(
  { losses, gradientNorm, learningRate, samplesPerSecond }: StepEvent,
  loss: number,
): Record<string, number> {
  return {
    loss,
    ...tagged('loss', losses),
    ...tagged('gradient-norm', gradientNorm),
    ...tagged('learning-rate', learningRate),
    'speed/samples-per-second': samplesPerSecond,
  }
}

/** The keys of a run: what is drawn for the weights, the batches, the noise and the samples does not overlap. */
export function runKeys(seed: Key): Record<'weights' | 'batches' | 'training' | 'samples' | 'heldOut', Key> {
  const [weights, batches, training, samples, heldOut] = [0, 1, 2, 3, 4].map((i) => fold(seed, i)) as [
    Key,
    Key,
    Key,
    Key,
    Key,
  ]
  return { weights, batches, training, samples, heldOut }
}
