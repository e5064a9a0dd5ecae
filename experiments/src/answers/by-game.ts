/** Answers of a conditional GAN. @module */
import { fold, key } from '@gen/backend'
import { gan, patchDiscriminator } from '@gen/gan'
import { r1, r2, relativistic } from '@gen/losses'
import { adam } from '@gen/train'
import { clipByValue, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { type Answerer, falling, sizeOf, type Training, train } from './answerer.ts'
import { trainToMean } from './by-mean.ts'
import { generator } from './generator.ts'
import { size, toldChannels } from './questions.ts'

/** Steps for each minute of the experiment. */
const stepsPerMinute = 80
/** Of the two players: the generator is right about most of a face when it begins, the judge is not. */
const rates = { discriminator: 1e-3, generator: 2e-4 }

/** The game goes on from the mean, as SRGAN's does. */
export async function byGame(training: Training): Promise<Answerer> {
  const { seed, minutes } = training.context
  const network = generator(seed)
  await trainToMean(network, training)
  const sizes = { shape: [size, size, 3], context: [size, size, toldChannels] }
  const discriminator = patchDiscriminator({ ...sizes, widths: [24, 48, 96, 96], key: fold(key(seed), 5) })
  const penalties = [r1({ weight: 0.1 }), r2({ weight: 0.1 })]
  const model = gan({ generator: network, discriminator, objective: relativistic(), penalties })
  const steps = Math.round(minutes * stepsPerMinute)
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
