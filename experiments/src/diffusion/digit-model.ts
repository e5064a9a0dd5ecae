/** Diffusion models of digits, as `npm start` makes them, trained once for a spec and kept. @module */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { mnist } from '@gen/data'
import { type Diffusion, type DiffusionOptions, diffusion } from '@gen/diffusion'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { adamW, cosineDecay, fit, readWeights, warmup, writeWeights } from '@gen/train'
import { unet } from '@gen/unet'
import type { RowContext } from '../experiment.ts'

/** What a model is along the axes. */
export type Axes = Pick<DiffusionOptions, 'schedule' | 'prediction' | 'weighting' | 'times'>

/** The network and the batches of `npm start`. */
const settings = { widths: [16, 48, 96], depth: 1, batch: 32, learningRate: 2e-3, ema: 0.99 }
/** Steps of a minute on two cores of the machine that the experiments were made for: so that a busy one changes no result. */
const stepsPerMinute = 500

/** A model after so many minutes' steps: from the scratch folder where it was trained before. */
export async function digitModel(
  name: string,
  axes: Axes,
  { seed, minutes, scratch, progress }: RowContext,
): Promise<{ model: Diffusion; steps: number; parameters: number }> {
  const k = key(seed)
  const { widths, depth, batch } = settings
  const network = unet({ shape: [28, 28, 1], widths, depth, classes: 10, key: fold(k, 1) })
  const model = diffusion({ network, classes: 10, ...axes })
  const steps = Math.round(minutes * stepsPerMinute)
  const path = join(scratch, `${name}-${steps}.safetensors`)
  if (existsSync(path)) writeWeights(model, decodeSafetensors(readFileSync(path)).tensors)
  else {
    const digits = await mnist()
    const falling = cosineDecay({ from: settings.learningRate, to: settings.learningRate / 100, steps })
    const optimizer = adamW({ learningRate: warmup({ steps: Math.ceil(steps / 10), to: falling }), weightDecay: 1e-4 })
    const options = { steps, optimizer, ema: settings.ema, key: fold(k, 3) }
    for await (const event of fit(model, digits.batches({ size: batch, key: fold(k, 2) }), options)) {
      if (event.type === 'step' && event.step % 10 === 0) progress(`step ${event.step} of ${steps}`)
    }
    mkdirSync(scratch, { recursive: true })
    writeFileSync(path, encodeSafetensors(await readWeights(model)))
  }
  return { model, steps, parameters: network.countParams() }
}
