/** Answers to a question about faces, by the mean of all, by a game, and by diffusion. @module */
import { join } from 'node:path'
import { fold, key, normal } from '@gen/backend'
import { paired } from '@gen/data'
import type { Faces } from '@gen/data/faces'
import { diffusion, velocityPrediction } from '@gen/diffusion'
import { gan, patchDiscriminator, pix2pixGenerator } from '@gen/gan'
import { r1, relativistic } from '@gen/losses'
import type { Batch, Network, Player, Trainable } from '@gen/model'
import { adam, adamW, cosineDecay, fit, type Optimizer, warmup } from '@gen/train'
import { unet } from '@gen/unet'
import {
  add,
  clipByValue,
  dispose,
  mean,
  mul,
  type Scalar,
  squaredDifference,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import type { RowContext } from '../experiment.ts'
import { trainedOnce } from '../trained-once.ts'
import { type AskOptions, type Question, size } from './questions.ts'

/** What gives answers. */
export interface Answerer {
  readonly steps: number
  readonly parameters: number
  /** `[count, 32, 32, 3]` in [0, 1], for one face `[1, 32, 32, 3]`. */
  answer(face: Tensor4D, options: AskOptions): Promise<Tensor4D>
  dispose(): void
}

/** What a training is given. */
export interface Training {
  readonly question: Question
  /** Of the question: names the weights that are kept. */
  readonly name: string
  readonly people: Faces
  readonly context: RowContext
}

/** By name: trains it, and gives what answers. A minute is that of an idle core, in steps, so that a busy machine changes no result. */
export const answerers: Readonly<Record<string, (training: Training) => Promise<Answerer>>> = {
  mean: byMean,
  GAN: byGan,
  diffusion: byDiffusion,
}

const shape = [size, size, 3]
const widths = [24, 48, 96]
const batch = 16
const stepsPerMinute = { mean: 500, GAN: 330, diffusion: 600 }

async function byDiffusion(training: Training): Promise<Answerer> {
  const { question, name, context } = training
  const told = [size, size, question.channels]
  const network = unet({ shape, widths, depth: 1, context: told, key: fold(key(context.seed), 1) })
  const model = diffusion({ network, prediction: velocityPrediction(), dropLabel: 0 })
  const steps = Math.round(context.minutes * stepsPerMinute.diffusion)
  const optimizer = adamW({ learningRate: falling(2e-3, steps), weightDecay: 1e-4 })
  await train(model, training, { name: `${name}-diffusion`, steps, optimizer })
  return {
    ...{ steps, parameters: network.countParams() },
    answer: (face, options) => question.ask(model, face, options),
    dispose: () => model.dispose(),
  }
}

const latentSize = 16

/** The game goes on from the mean, as SRGAN's does. */
async function byGan(training: Training): Promise<Answerer> {
  const { question, name, context } = training
  const generator = generatorFor(training)
  await trainToMean(generator, training)
  const discriminator = patchDiscriminator({ ...sizesOf(question), key: fold(key(context.seed), 5) })
  const penalties = [r1({ weight: 0.05 })]
  const model = gan({ generator, discriminator, objective: relativistic(), penalties })
  const steps = Math.round(context.minutes * stepsPerMinute.GAN)
  const optimizer = adam({ learningRate: falling(5e-4, steps), beta1: 0, beta2: 0.99 })
  await train(model, training, { name: `${name}-GAN`, steps, optimizer })
  return {
    ...{ steps, parameters: model.variables().reduce((total, { size }) => total + size, 0) },
    answer: async (face, options) => {
      const asked = tidy(() => question.context(face))
      const answers = await model.sample({ ...options, context: asked })
      asked.dispose()
      return answers as Tensor4D
    },
    dispose: () => model.dispose(),
  }
}

/** The generator of the game, without a game: the answer that descends the squared error is the mean of all that are right. */
async function byMean(training: Training): Promise<Answerer> {
  const network = generatorFor(training)
  const steps = await trainToMean(network, training)
  return {
    ...{ steps, parameters: network.variables().reduce((total, { size }) => total + size, 0) },
    answer: async (face) =>
      tidy(
        () => clipByValue(answerOf(network, training.question.context(face), zeros([1, latentSize])), 0, 1) as Tensor4D,
      ),
    dispose: () => dispose(network.variables()),
  }
}

async function trainToMean(network: Network, training: Training): Promise<number> {
  const { name, context } = training
  const player: Player<Batch> = {
    name: 'mean',
    variables: () => network.variables(),
    // With any z, which a mean has no use for, so that the game begins with it whatever is drawn.
    loss: ({ x, condition }, k) => {
      const z: Tensor2D = normal(k, [x.shape[0]!, latentSize])
      return { total: mean(squaredDifference(answerOf(network, condition!.context!, z), x)) as Scalar }
    },
  }
  const steps = Math.round(context.minutes * stepsPerMinute.mean)
  const model = { players: [player], variables: () => network.variables() }
  const optimizer = adam({ learningRate: falling(1e-3, steps) })
  await train(model, training, { name: `${name}-mean`, steps, optimizer })
  return steps
}

/** What a generator answers, in [0, 1]. */
function answerOf(network: Network, asked: Tensor, z: Tensor2D): Tensor {
  return mul(add(network.apply(z, { context: asked }), 1), 0.5)
}

const sizesOf = ({ channels }: Question) => ({ shape, context: [size, size, channels], widths })

function generatorFor({ question, context }: Training): Network {
  return pix2pixGenerator({ ...sizesOf(question), latentSize, key: fold(key(context.seed), 4) })
}

const falling = (rate: number, steps: number) =>
  warmup({ steps: Math.ceil(steps / 20), to: cosineDecay({ from: rate, to: rate / 50, steps }) })

async function train(
  model: Trainable<Batch> & { variables(): Tensor[] },
  { question, people, context: { seed, scratch, progress } }: Training,
  { name, steps, optimizer }: { name: string; steps: number; optimizer: Optimizer },
): Promise<void> {
  await trainedOnce(join(scratch, `${name}.safetensors`), model, async () => {
    const asked = paired(people, (x) => question.context(x as Tensor4D))
    const batches = asked.batches({ size: batch, key: fold(key(seed), 2) })
    for await (const event of fit(model, batches, { steps, optimizer, ema: 0.995, key: fold(key(seed), 3) })) {
      if (event.type === 'step' && event.step % 50 === 0) progress(`${name}: step ${event.step} of ${steps}`)
    }
  })
}
