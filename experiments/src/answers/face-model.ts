/** A diffusion model of faces that may be told the gray picture, trained once and kept. @module */
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { gray, paired } from '@gen/data'
import type { Faces } from '@gen/data/faces'
import { type Diffusion, diffusion, velocityPrediction } from '@gen/diffusion'
import { adamW, cosineDecay, fit, warmup } from '@gen/train'
import { unet } from '@gen/unet'
import type { RowContext } from '../experiment.ts'
import { trainedOnce } from '../trained-once.ts'

const settings = { widths: [16, 32, 64], depth: 1, batch: 16, learningRate: 2e-3, ema: 0.99, dropped: 0.4 }
/** Of an idle core: a number of steps, so that a busy machine changes no result. */
const stepsPerMinute = 200

/**
 * One network for two questions: told the gray picture it colors it, told nothing it draws any face, which is what inpainting
 * starts from.
 */
export async function faceModel(
  people: Faces,
  { seed, minutes, scratch, progress }: RowContext,
): Promise<{ model: Diffusion; steps: number; parameters: number }> {
  const k = key(seed)
  const { widths, depth, batch, dropped } = settings
  const [height, width] = people.shape as [number, number, number]
  const network = unet({ shape: people.shape, widths, depth, context: [height, width, 1], key: fold(k, 1) })
  const model = diffusion({ network, prediction: velocityPrediction(), dropLabel: dropped })
  const steps = Math.round(minutes * stepsPerMinute)
  const path = join(scratch, `faces-${steps}.safetensors`)
  await trainedOnce(path, model, async () => {
    const falling = cosineDecay({ from: settings.learningRate, to: settings.learningRate / 100, steps })
    const optimizer = adamW({ learningRate: warmup({ steps: Math.ceil(steps / 20), to: falling }), weightDecay: 1e-4 })
    const options = { steps, optimizer, ema: settings.ema, key: fold(k, 3) }
    const batches = paired(people, gray).batches({ size: batch, key: fold(k, 2) })
    for await (const event of fit(model, batches, options)) {
      if (event.type === 'step' && event.step % 50 === 0) {
        progress(`step ${event.step} of ${steps}, ${event.losses.denoiser!.perDimension!.toFixed(4)}`)
      }
    }
  })
  return { model, steps, parameters: network.countParams() }
}
