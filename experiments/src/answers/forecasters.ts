/** Models of the next move in a game, one of each family: perceptrons of like size, all told the same. @module */
import { fold, type Key, normal } from '@gen/backend'
import { diffusion, dpmSolver2M, logSnrLinear, pointDenoiser, velocityPrediction } from '@gen/diffusion'
import { denseNetwork, nsf } from '@gen/flows'
import { gan, mlpDiscriminator, mlpGenerator } from '@gen/gan'
import { gaussianLikelihood, r1, r2, relativistic } from '@gen/losses'
import type { Batches, Player, Trainable } from '@gen/model'
import { adaptNetwork, mlp } from '@gen/nn'
import { adam, adamW, cosineDecay, fit, type Optimizer, warmup } from '@gen/train'
import { conditionalVae, mlpNetworks } from '@gen/vae'
import {
  add,
  mean,
  mul,
  type Scalar,
  squaredDifference,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Asked, MoveBatch } from './game.ts'

/** What gives answers. */
export interface Forecaster {
  readonly parameters: number
  /** A move for each question, `[n, 2]`. */
  answer(questions: Tensor2D, k: Key): Promise<Tensor2D>
  dispose(): void
}

/** How a family is trained. */
export interface Training {
  readonly game: Asked
  readonly steps: number
  readonly key: Key
  progress(step: number): void
}

const [batch, widths] = [256, [128, 128]]
const rowsAtOnce = 4000

/** By name: makes a model, trains it, and gives what answers. */
export const forecasters: Readonly<Record<string, (training: Training) => Promise<Forecaster>>> = {
  diffusion: byDiffusion,
  GAN: byGan,
  VAE: byVae,
  flow: byFlow,
  regression: byRegression,
}

interface Conditional extends Trainable<MoveBatch> {
  variables(): Tensor[]
  sample(options: { count: number; key: Key; context: Tensor; batchSize: number }): Promise<Tensor>
  dispose(): void
}

function forecaster(model: Conditional, more: object = {}): Forecaster {
  return {
    parameters: sizeOf(model.variables()),
    answer: async (context, key) =>
      (await model.sample({ count: context.shape[0], key, context, batchSize: rowsAtOnce, ...more })) as Tensor2D,
    dispose: () => model.dispose(),
  }
}

const sizeOf = (variables: readonly Tensor[]) => variables.reduce((total, { size }) => total + size, 0)
const falling = (rate: number, steps: number) =>
  warmup({ steps: 100, to: cosineDecay({ from: rate, to: rate / 50, steps }) })

async function train(
  model: Trainable<MoveBatch>,
  { game, steps, key, progress }: Training,
  optimizer: Optimizer,
  batches: Batches<MoveBatch> = game.batches({ size: batch, key: fold(key, 1) }),
): Promise<void> {
  for await (const event of fit(model, batches, { steps, optimizer, ema: 0.998, key: fold(key, 2) })) {
    if (event.type === 'step' && event.step % 100 === 0) progress(event.step)
  }
}

async function byDiffusion(training: Training): Promise<Forecaster> {
  const { game, steps, key } = training
  const network = pointDenoiser({ size: 2, hidden: widths, context: [game.context], residual: false, key })
  // Places are told apart where little noise is left.
  const schedule = logSnrLinear({ max: 8, min: -8 })
  const model = diffusion({ network, schedule, prediction: velocityPrediction(), dropLabel: 0 })
  await train(model, training, adamW({ learningRate: falling(3e-3, steps) }))
  return forecaster(model, { sampler: dpmSolver2M({ steps: 20 }) })
}

async function byGan(training: Training): Promise<Forecaster> {
  const { game, steps, key } = training
  const options = { shape: [2], context: [game.context], widths }
  const model = gan({
    generator: mlpGenerator({ ...options, latentSize: 4, key: fold(key, 3) }),
    discriminator: mlpDiscriminator({ ...options, key: fold(key, 4) }),
    objective: relativistic(),
    penalties: [r1({ weight: 0.2 }), r2({ weight: 0.2 })],
  })
  await train(model, training, adam({ learningRate: falling(1e-3, steps), beta1: 0, beta2: 0.99 }))
  return forecaster(model)
}

async function byVae(training: Training): Promise<Forecaster> {
  const { game, steps, key } = training
  const network = mlpNetworks({ widths })
  const likelihood = gaussianLikelihood({ deviation: 0.1 })
  const model = conditionalVae({ shape: [2], context: [game.context], latentSize: 2, network, likelihood, key })
  await train(model, training, adam({ learningRate: falling(2e-3, steps) }))
  return forecaster(model)
}

/** Whole numbers have no density: noise around them, far below what tells one place from another. */
const dequantization = 0.05

async function byFlow(training: Training): Promise<Forecaster> {
  const { game, steps, key } = training
  const model = nsf(2, { layers: 4, bins: 12, context: game.context, network: denseNetwork({ hidden: widths }), key })
  const own = game.batches({ size: batch, key: fold(key, 1) })
  const noisy: Batches<MoveBatch> = {
    at: (index) => {
      const { x, ...rest } = own.at(index)
      const near: Tensor2D = tidy(() => add(x, mul(normal(fold(fold(key, 5), index), [batch, 2]), dequantization)))
      x.dispose()
      return { ...rest, x: near }
    },
  }
  await train(model, training, adam({ learningRate: falling(1e-3, steps) }), noisy)
  return forecaster(model)
}

/** The answer that descends the squared error: the mean of all that may come. */
async function byRegression(training: Training): Promise<Forecaster> {
  const { game, steps, key } = training
  const named = { inputs: game.context, outputs: 2, widths, key, name: 'regression' }
  const network = adaptNetwork('experiments', mlp(named))
  const ask = (questions: Tensor) => network.apply(questions) as Tensor2D
  const player: Player<MoveBatch> = {
    name: 'regression',
    variables: () => network.variables(),
    loss: ({ x, condition }) => ({ total: mean(sum(squaredDifference(ask(condition.context), x), 1)) as Scalar }),
  }
  await train({ players: [player] }, training, adam({ learningRate: falling(2e-3, steps) }))
  return {
    parameters: sizeOf(network.variables()),
    answer: async (questions) => ask(questions),
    dispose: () => {
      for (const variable of network.variables()) variable.dispose()
    },
  }
}
