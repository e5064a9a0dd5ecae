/** Trains a GAN for a time and stops to measure, with averaged weights and without. @module */
import type { Key } from '@gen/backend'
import { type Batches, type FitOptions, fit, type RateSchedule, stepDecay, type Trainable } from '@gen/train'

/** Which weights the model holds. */
export type Weights = 'raw' | 'ema'

/** Where in the training a measurement stands. */
export interface Mark {
  readonly weights: Weights
  /** Minutes of training alone. */
  readonly minutes: number
  readonly step: number
  /** Whether it is the last mark. */
  readonly last: boolean
}

/** Options of {@link trainTimed}. */
export interface TrainTimedOptions {
  readonly minutes: number
  readonly optimizer: FitOptions['optimizer']
  readonly key: Key
  /** Decay of the generator's averages. */
  readonly ema: number
  /** Measurements, evenly over the time. */
  readonly marks: number
  /** Time spent here does not count. */
  measure(mark: Mark): Promise<void>
  progress(text: string): void
}

/** Averages are looked at every so many steps. */
const every = 20

/** Trains; gives the number of steps and the time of one. */
export async function trainTimed<B>(
  model: Trainable<B>,
  batches: Batches<B>,
  { minutes, optimizer, key, ema, marks, measure, progress }: TrainTimedOptions,
): Promise<{ steps: number; millisecondsPerStep: number; warnings: string[] }> {
  const start = performance.now()
  let elsewhere = 0
  const spent = () => (performance.now() - start - elsewhere) / 60_000
  const warnings = new Set<string>()
  let [steps, done, last, measuring] = [0, 0, false, false]
  const until = { seconds: 60 * minutes, counts: 'training' } as const
  const options = { until, optimizer, key, ema: { decay: ema, players: ['generator'] }, sampleEvery: every }
  /** Marks that are over; the last one is at the end. */
  const over = () => Math.min(marks - 1, Math.floor((marks * spent()) / minutes))
  const pause = async (weights: Weights) => {
    const from = performance.now()
    await measure({ weights, minutes: spent(), step: steps, last })
    elsewhere += performance.now() - from
  }
  for await (const event of fit(model, batches, options)) {
    if (event.type === 'step') {
      steps = event.step
      last = steps === event.steps
      for (const { name } of event.warnings) warnings.add(name)
      if (steps % 10 === 0) progress(`step ${steps}, ${spent().toFixed(1)} of ${minutes} minutes`)
      measuring = last || (steps % every === 0 && over() > done)
      if (measuring) await pause('raw')
    } else if (event.type === (last ? 'end' : 'sample') && measuring) {
      await pause('ema')
      done = over()
    }
  }
  return { steps, millisecondsPerStep: (60_000 * spent()) / steps, warnings: [...warnings] }
}

/** A learning rate for so many steps that falls by a like share in each. */
export function fallingRate({ from, to }: { from: number; to: number }, steps: number): RateSchedule {
  return stepDecay({ from, factor: (to / from) ** (1 / steps), every: 1 })
}
