/** Answers of a diffusion model that is told the question. @module */
import { fold, key } from '@gen/backend'
import { type Diffusion, diffusion, velocityPrediction } from '@gen/diffusion'
import { adamW } from '@gen/train'
import { patchedUnet } from '../patched.ts'
import { type Answerer, falling, sizeOf, type Training, train } from './answerer.ts'

/** Attention at an eighth of the size lets one side of a face know of the other. */
const settings = { widths: [32, 64, 96, 128], depth: 1, attention: [2] }
/** Steps for each minute of the experiment, about those of an idle core: a busy machine changes no result. */
const stepsPerMinute = 750

/** Toward the question: what it leaves open is decided more often, and not half. */
const guidance = 1.5

/** Trains it. A tenth of the questions are not told, so that the answers can be guided. */
export async function byDiffusion(training: Training): Promise<Answerer> {
  const { model, steps } = await trainedDiffusion(training)
  return {
    ...{ steps, parameters: sizeOf(model.variables()) },
    answer: (question, face, options) => question.ask(model, face, { ...options, guidance }),
    dispose: () => model.dispose(),
  }
}

/** The model, and the steps of its training. */
export async function trainedDiffusion(training: Training): Promise<{ model: Diffusion; steps: number }> {
  const { subject, context } = training
  const { minutes, seed } = context
  const { size, toldChannels } = subject
  const told = { shape: [size, size, 3], context: [size, size, toldChannels] }
  const network = patchedUnet({ ...told, ...settings, key: fold(key(seed), 1) })
  const model = diffusion({ network, prediction: velocityPrediction() })
  const steps = Math.round(minutes * stepsPerMinute)
  const optimizer = adamW({ learningRate: falling(2e-3, steps), weightDecay: 1e-4 })
  await train(model, training, { name: 'diffusion', steps, optimizer, ema: 0.999 })
  return { model, steps }
}
