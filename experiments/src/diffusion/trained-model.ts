/** Diffusion models of a subject, trained once for a spec and kept. @module */
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { type Diffusion, type DiffusionOptions, diffusion } from '@gen/diffusion'
import { adamW, cosineDecay, fit, warmup } from '@gen/train'
import { unet } from '@gen/unet'
import type { RowContext } from '../experiment.ts'
import { trainedOnce } from '../trained-once.ts'
import type { Subject } from './subjects.ts'

/** What a model is along the axes. */
export type Axes = Pick<DiffusionOptions, 'schedule' | 'prediction' | 'weighting' | 'times'>

/** A minute's steps, at least, on two cores of a machine that computes nothing else: a busy one changes no result. */
const stepsPerMinute = 500
const learningRate = 2e-3

/** A trained model, and what its training took. */
export interface Trained {
  readonly model: Diffusion
  readonly steps: number
  readonly parameters: number
}

/** A model after so many minutes' steps: from the scratch folder where it was trained before. */
export async function trainedModel(
  subject: Subject,
  [name, axes]: readonly [name: string, axes: Axes],
  { seed, minutes, scratch, progress }: RowContext,
): Promise<Trained> {
  const k = key(seed)
  const { data, classes, batch, ema } = subject
  const labeled = classes === undefined ? {} : { classes }
  const network = unet({ shape: [...data.shape], ...subject.network, ...labeled, key: fold(k, 1) })
  const model = diffusion({ network, ...labeled, ...axes })
  const steps = Math.round(minutes * stepsPerMinute)
  const path = join(
    scratch,
    '..',
    '..',
    'diffusion-models',
    `${subject.name}-${name}-${steps}-seed-${seed}.safetensors`,
  )
  await trainedOnce(path, model, async () => {
    const falling = cosineDecay({ from: learningRate, to: learningRate / 100, steps })
    const optimizer = adamW({ learningRate: warmup({ steps: Math.ceil(steps / 10), to: falling }), weightDecay: 1e-4 })
    const options = { steps, optimizer, ema, key: fold(k, 3) }
    for await (const event of fit(model, data.batches({ size: batch, key: fold(k, 2) }), options)) {
      if (event.type === 'step' && event.step % 10 === 0) progress(`step ${event.step} of ${steps}`)
    }
  })
  return { model, steps, parameters: network.countParams() }
}
