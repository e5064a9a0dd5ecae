/** Trains a GAN for a time and stops to measure, with averaged weights and without. @module */
import type { Key } from '@gen/backend'
import { type Batches, type FitOptions, fit, type Trainable } from '@gen/train'

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
  let [steps, done] = [0, 0]
  const options = { steps: 1e9, optimizer, key, ema: { decay: ema, players: ['generator'] }, sampleEvery: every }
  const due = () => Math.floor((marks * spent()) / minutes) > done
  const pause = async (weights: Weights) => {
    const from = performance.now()
    await measure({ weights, minutes: spent(), step: steps, last: spent() >= minutes })
    elsewhere += performance.now() - from
  }
  let measuring = false
  for await (const event of fit(model, batches, options)) {
    if (event.type === 'step') {
      steps = event.step
      for (const { name } of event.warnings) warnings.add(name)
      if (steps % 10 === 0) progress(`step ${steps}, ${spent().toFixed(1)} of ${minutes} minutes`)
      measuring = steps % every === 0 && due()
      if (measuring) await pause('raw')
    } else if (event.type === 'sample' && measuring) {
      await pause('ema')
      done = Math.floor((marks * spent()) / minutes)
      if (spent() >= minutes) break
    }
  }
  return { steps, millisecondsPerStep: (60_000 * spent()) / steps, warnings: [...warnings] }
}

/** A learning rate that falls, a like share in each minute, over a time that begins when it is first asked for. */
export function fallingRate({ from, to, minutes }: { from: number; to: number; minutes: number }): () => number {
  let start: number | undefined
  return () => {
    start ??= performance.now()
    const share = Math.min(1, (performance.now() - start) / (60_000 * minutes))
    return from * (to / from) ** share
  }
}
