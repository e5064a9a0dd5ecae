/** Answers of a conditional GAN. @module */
import { fold, key, normal } from '@gen/backend'
import { gan } from '@gen/gan'
import { r1, r2, relativistic } from '@gen/losses'
import type { Network } from '@gen/model'
import { adam } from '@gen/train'
import { add, clipByValue, mul, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { type Answerer, falling, sizeOf, type Training, train } from './answerer.ts'
import { trainToMean } from './by-mean.ts'
import { discriminator, generator, latentSize } from './generator.ts'

/** Steps for each minute of the experiment: toward the mean, and of the game. */
const stepsPerMinute = { mean: 125, game: 75 }
const rates = { discriminator: 3e-4, generator: 2e-4 }

/** The game goes on from the mean, as SRGAN's does. */
export async function byGame(training: Training): Promise<Answerer> {
  const { subject, context } = training
  const { seed, minutes } = context
  const network = generator(seed, subject)
  await towardMean(network, training)
  const penalties = [r1({ weight: 1 }), r2({ weight: 1 })]
  const model = gan({
    generator: network,
    discriminator: discriminator(seed, subject),
    objective: relativistic(),
    penalties,
  })
  const steps = Math.round(minutes * stepsPerMinute.game)
  const by = (rate: number) => adam({ learningRate: falling(rate, steps), beta1: 0, beta2: 0.99 })
  const optimizer = { discriminator: by(rates.discriminator), generator: by(rates.generator) }
  await train(model, training, { name: 'game', steps, optimizer, ema: 0.99 })
  return {
    ...{ steps, parameters: sizeOf(model.variables()) },
    answer: async (question, face, options) => {
      const context = tidy(() => question.told(face))
      const drawn = await model.sample({ ...options, context })
      const answers = tidy(() => clipByValue(drawn, 0, 1))
      for (const tensor of [context, drawn]) tensor.dispose()
      return answers as Tensor4D
    },
    dispose: () => model.dispose(),
  }
}

/** With any z, which a mean has no use for: the game begins with it whatever is drawn. */
async function towardMean(network: Network, training: Training): Promise<void> {
  const k = fold(key(training.context.seed), 6)
  let drawn = 0
  const answer = (context: Tensor4D) => {
    const z = normal(fold(k, drawn++), [context.shape[0], latentSize])
    return mul(add(network.apply(z, { context, training: true }), 1), 0.5)
  }
  const steps = Math.round(training.context.minutes * stepsPerMinute.mean)
  await trainToMean({ answer, variables: () => network.variables() }, training, {
    name: 'game-mean',
    steps,
    rate: 1e-3,
  })
}
