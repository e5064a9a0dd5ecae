/** The mean of all answers, by the squared error. @module */
import type { Batch, Player } from '@gen/model'
import { adam } from '@gen/train'
import {
  add,
  clipByValue,
  mean,
  mul,
  type Scalar,
  squaredDifference,
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { type Answerer, falling, type Schooling, sizeOf, type Training, train } from './answerer.ts'
import { trainedDiffusion } from './by-diffusion.ts'

/**
 * Diffusion's network, trained on by the squared error alone. At the level of pure noise, where x says nothing, it has learned the mean of all
 * answers already: so the mean has had the longer training, and the larger share of it for itself.
 */
export async function byMean(training: Training): Promise<Answerer> {
  const { model } = await trainedDiffusion(training)
  const meanOf = (context: Tensor4D) =>
    tidy(() => {
      const rows = context.shape[0]
      const silence = zeros([rows, ...model.shape])
      const clean = model.predictClean(silence, zeros([rows]), { context: sub(mul(context, 2), 1) })
      return training.subject.agreeing(mul(add(clean, 1), 0.5) as Tensor4D, context)
    })
  const steps = Math.round(training.context.minutes * training.subject.meanSteps)
  await trainToMean({ answer: meanOf, variables: () => model.variables() }, training, {
    name: 'mean',
    steps,
    rate: 5e-4,
  })
  return {
    ...{ steps, parameters: sizeOf(model.variables()) },
    answer: async (question, face) => tidy(() => clipByValue(meanOf(question.told(face)) as Tensor4D, 0, 1)),
    dispose: () => model.dispose(),
  }
}

/** What is trained to the mean: answers in [0, 1] to what is told. */
interface Answering {
  answer(context: Tensor4D): Tensor
  variables(): Tensor[]
}

/** Trains by the squared error, which the mean of all answers makes least. */
export async function trainToMean(
  { answer, variables }: Answering,
  training: Training,
  { rate, ...schooling }: Omit<Schooling, 'optimizer'> & { readonly rate: number },
): Promise<void> {
  const player: Player<Batch> = {
    name: 'mean',
    variables: () => variables() as ReturnType<Player<Batch>['variables']>,
    loss: ({ x, condition }) => ({
      total: mean(squaredDifference(answer(condition!.context as Tensor4D), x)) as Scalar,
    }),
  }
  const optimizer = adam({ learningRate: falling(rate, schooling.steps) })
  await train({ players: [player], variables: () => variables() }, training, { ...schooling, optimizer })
}
