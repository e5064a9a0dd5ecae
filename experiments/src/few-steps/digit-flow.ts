/** The flow-matching model of digits that likelihood and few steps start from, trained once and kept. @module */
import { join } from 'node:path'
import { fold, type Key, key, uniform } from '@gen/backend'
import { mnist, type SyncBatches } from '@gen/data'
import {
  type Diffusion,
  diffusion,
  flowPrediction,
  logitNormalTimes,
  logNormalTimes,
  rectifiedFlow,
  type TimeSampling,
} from '@gen/diffusion'
import { adamW, cosineDecay, fit, warmup } from '@gen/train'
import { add, div, mul, round, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { RowContext } from '../experiment.ts'
import { patchedUnet } from '../patched.ts'
import { trainedOnce } from '../trained-once.ts'

/** A small network without classes, for the trainings that start from it are many. */
const digitFlowSettings = { widths: [32, 64], depth: 1, batch: 32, learningRate: 2e-3, ema: 0.995 }

/** Steps of the model that all others start from. */
export const digitFlowSteps = 6000

/** The digits' 256 levels as intervals of [0, 1), `(level + u) / 256`, as the flows take them: a density of levels alone would be infinite. */
export function dequantized(x: Tensor, k: Key): Tensor {
  return tidy(() => div(add(round(mul(x, 255)), uniform(k, x.shape)), 256))
}

/** Batches of dequantized digits. */
export async function digitBatches(k: Key): Promise<SyncBatches<{ x: Tensor }>> {
  const batches = (await mnist()).batches({ size: digitFlowSettings.batch, key: fold(k, 0) })
  return {
    at(index) {
      const { x, labels } = batches.at(index)
      labels?.dispose()
      const noisy = dequantized(x, fold(fold(k, 1), index))
      x.dispose()
      return { x: noisy }
    },
  }
}

/** Which levels of noise a model is made for: bits of a likelihood lie at all levels down to those between two grays, digits are decided in the middle. */
const purposes: Readonly<Record<'likelihood' | 'samples', TimeSampling>> = {
  likelihood: logNormalTimes({ mean: -1.5, std: 2.2 }),
  samples: logitNormalTimes(),
}
type Purpose = keyof typeof purposes

/** A fresh model. The path ends at σ = 49, beyond which training would see next to nothing of the levels that sampling begins with. */
export function digitFlow(purpose: Purpose, k: Key, augmentation = 0): Diffusion {
  const { widths, depth } = digitFlowSettings
  const network = patchedUnet({ shape: [28, 28, 1], widths, depth, augmentation, key: k })
  const schedule = rectifiedFlow({ end: 0.98 })
  return diffusion({ network, schedule, prediction: flowPrediction(), times: purposes[purpose] })
}

/** The model after {@link digitFlowSteps}: from the scratch folder where it was trained before. */
export async function trainedDigitFlow(purpose: Purpose, { seed, scratch, progress }: RowContext): Promise<Diffusion> {
  const k = key(seed)
  const model = digitFlow(purpose, fold(k, 1))
  const path = join(scratch, '..', '..', 'digit-flow', `${purpose}-seed-${seed}-${digitFlowSteps}.safetensors`)
  await trainedOnce(path, model, async () => {
    const { learningRate, ema } = digitFlowSettings
    const falling = cosineDecay({ from: learningRate, to: learningRate / 100, steps: digitFlowSteps })
    const optimizer = adamW({ learningRate: warmup({ steps: 200, to: falling }), weightDecay: 1e-4 })
    const options = { steps: digitFlowSteps, optimizer, ema, key: fold(k, 3) }
    for await (const event of fit(model, await digitBatches(fold(k, 2)), options)) {
      if (event.type === 'step' && event.step % 10 === 0)
        progress(`digit flow, step ${event.step} of ${digitFlowSteps}`)
    }
  })
  return model
}
