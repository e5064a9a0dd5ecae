/** What gives answers to questions about faces, and how it is trained. @module */
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { paired } from '@gen/data'
import type { Faces } from '@gen/data/faces'
import type { Batch, Trainable } from '@gen/model'
import { cosineDecay, fit, type Optimizers, type RateSchedule, warmup } from '@gen/train'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { RowContext } from '../experiment.ts'
import { trainedOnce } from '../trained-once.ts'
import type { AskOptions, Question, Subject } from './questions.ts'

/** What gives answers to all questions. */
export interface Answerer {
  readonly steps: number
  readonly parameters: number
  /** `[count, size, size, 3]` in [0, 1], for one face `[1, size, size, 3]`. */
  answer(question: Question, face: Tensor4D, options: AskOptions): Promise<Tensor4D>
  dispose(): void
}

/** What a training is given. */
export interface Training {
  readonly subject: Subject
  readonly people: Faces
  readonly context: RowContext
}

/** How it is trained. */
export interface Schooling {
  /** Of the file with the weights. */
  readonly name: string
  readonly steps: number
  readonly optimizer: Optimizers
  /** Decay of the weights' average. @default 0.998 */
  readonly ema?: number
}

/** Faces in a batch. */
const batch = 12

/** Trains a model for so many steps, or reads the weights that an earlier training left. */
export async function train(
  model: Trainable<Batch> & { variables(): Tensor[] },
  { subject, people, context: { seed, scratch, progress } }: Training,
  { name, steps, optimizer, ema = 0.998 }: Schooling,
): Promise<void> {
  await trainedOnce(join(scratch, `${name}.safetensors`), model, async () => {
    const asked = paired(people, (x) => subject.allTold(x as Tensor4D))
    const batches = asked.batches({ size: batch, key: fold(key(seed), 2) })
    for await (const event of fit(model, batches, { steps, optimizer, ema, key: fold(key(seed), 3) })) {
      if (event.type !== 'step' || event.step % 50 !== 0) continue
      const losses = Object.values(event.losses).map(({ total }) => total?.toFixed(4))
      progress(`${name}: step ${event.step} of ${steps}, loss ${losses.join(' and ')}`)
    }
  })
}

/** Up in a twentieth of the steps, and down to a fiftieth. */
export const falling = (rate: number, steps: number): RateSchedule =>
  warmup({ steps: Math.ceil(steps / 20), to: cosineDecay({ from: rate, to: rate / 50, steps }) })

/** Numbers that training changed. */
export const sizeOf = (variables: readonly Tensor[]): number => variables.reduce((total, { size }) => total + size, 0)
