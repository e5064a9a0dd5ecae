/** The mean of all answers, by the squared error. @module */
import { normal } from '@gen/backend'
import type { Batch, Network, Player } from '@gen/model'
import { adam } from '@gen/train'
import {
  add,
  clipByValue,
  dispose,
  mean,
  mul,
  type Scalar,
  squaredDifference,
  type Tensor2D,
  type Tensor4D,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { type Answerer, falling, sizeOf, type Training, train } from './answerer.ts'
import { generator, latentSize } from './generator.ts'

/** Steps for each minute of the experiment. */
const stepsPerMinute = 225

/** The game's generator without a game: the answer that descends the squared error is the mean of all that are right. */
export async function byMean(training: Training): Promise<Answerer> {
  const network = generator(training.context.seed)
  const steps = await trainToMean(network, training)
  return {
    ...{ steps, parameters: sizeOf(network.variables()) },
    answer: async (question, face) =>
      tidy(() => {
        const answers = network.apply(zeros([1, latentSize]), { context: question.told(face) })
        return clipByValue(mul(add(answers, 1), 0.5), 0, 1) as Tensor4D
      }),
    dispose: () => dispose(network.variables()),
  }
}

/** Trains a generator to the mean, and gives the steps. */
export async function trainToMean(network: Network, training: Training): Promise<number> {
  const player: Player<Batch> = {
    name: 'mean',
    variables: () => network.variables(),
    // With any z, which a mean has no use for, so that the game begins with it whatever is drawn.
    loss: ({ x, condition }, k) => {
      const z: Tensor2D = normal(k, [x.shape[0]!, latentSize])
      const answers = mul(add(network.apply(z, { context: condition!.context!, training: true }), 1), 0.5)
      return { total: mean(squaredDifference(answers, x)) as Scalar }
    },
  }
  const steps = Math.round(training.context.minutes * stepsPerMinute)
  const model = { players: [player], variables: () => network.variables() }
  await train(model, training, { name: 'mean', steps, optimizer: adam({ learningRate: falling(1e-3, steps) }) })
  return steps
}
