/** Models of what comes next in a world, one of each family: perceptrons of like size, all told the same pictures. @module */
import { fold, type Key, normal } from '@gen/backend'
import type { World } from '@gen/data/sequences'
import { diffusion, dpmSolver2M, pointDenoiser, velocityPrediction } from '@gen/diffusion'
import { denseNetwork, realNvp } from '@gen/flows'
import { gan, mlpDiscriminator, mlpGenerator } from '@gen/gan'
import { bernoulliLikelihood, r1, r2, relativistic } from '@gen/losses'
import type { Batch, Player, Trainable } from '@gen/model'
import { adaptNetwork, mlp } from '@gen/nn'
import { adam, adamW, cosineDecay, fit, last, type Optimizer, warmup } from '@gen/train'
import { conditionalVae, mlpNetworks } from '@gen/vae'
import {
  add,
  mean,
  mul,
  reshape,
  type Scalar,
  squaredDifference,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'

/** What gives answers. */
export interface Forecaster {
  readonly parameters: number
  /** An answer for each question, `[n, side, side, 1]`. */
  answer(questions: Tensor4D, k: Key): Promise<Tensor4D>
  dispose(): void
}

/** How a family is trained. */
export interface Training {
  readonly world: World
  readonly steps: number
  readonly key: Key
}

const [batch, widths] = [128, [128, 128]]

/** By name: makes a model, trains it, and gives what answers. */
export const forecasters: Readonly<Record<string, (training: Training) => Promise<Forecaster>>> = {
  diffusion: byDiffusion,
  GAN: byGan,
  VAE: byVae,
  flow: byFlow,
  regression: byRegression,
}

interface Conditional extends Trainable<Batch> {
  variables(): Tensor[]
  sample?(options: { count: number; key: Key; context: Tensor; batchSize: number }): Promise<Tensor>
  dispose(): void
}

const rowsAtOnce = 4000

function forecaster(model: Conditional, { shape }: World, more: object = {}, scale = 1): Forecaster {
  return {
    parameters: model.variables().reduce((total, { size }) => total + size, 0),
    answer: async (questions, k) => {
      const options = { count: questions.shape[0], key: k, context: questions, batchSize: rowsAtOnce, ...more }
      const drawn = await model.sample!(options)
      const answers = tidy(() => reshape(mul(drawn, scale), [questions.shape[0], ...shape]) as Tensor4D)
      drawn.dispose()
      return answers
    },
    dispose: () => model.dispose(),
  }
}

async function train(model: Trainable<Batch>, { world, steps, key }: Training, optimizer: Optimizer, change?: Change) {
  const own = world.batches({ size: batch, key: fold(key, 1) })
  const batches = { at: (index: number) => (change ? changed(own.at(index), change, index) : own.at(index)) }
  await last(fit(model, batches, { steps, optimizer, ema: 0.998, key: fold(key, 2) }))
}

type Change = (x: Tensor, index: number) => Tensor

/** Batches with other answers to the same questions. */
function changed(given: ReturnType<ReturnType<World['batches']>['at']>, change: Change, index: number) {
  const x = tidy(() => change(given.x, index))
  given.x.dispose()
  return { ...given, x }
}

const falling = (rate: number, steps: number) =>
  warmup({ steps: 100, to: cosineDecay({ from: rate, to: rate / 50, steps }) })
const sizeOf = ({ shape }: World) => shape[0] * shape[1]
const flat: Change = (x) => reshape(x, [x.shape[0]!, -1])

async function byDiffusion(training: Training): Promise<Forecaster> {
  const { world, steps, key } = training
  const size = sizeOf(world)
  const network = pointDenoiser({ size, hidden: widths, context: world.conditionShape, key })
  // One pixel of all is white.
  const data = { mean: 1 / size, std: Math.sqrt(1 / size) }
  const model = diffusion({ network, prediction: velocityPrediction(), dropLabel: 0, ...data })
  await train(model, training, adamW({ learningRate: falling(3e-3, steps) }), flat)
  return forecaster(model, world, { sampler: dpmSolver2M({ steps: 12 }) })
}

async function byGan(training: Training): Promise<Forecaster> {
  const { world, steps, key } = training
  const options = { shape: world.shape, context: world.conditionShape, widths }
  const model = gan({
    generator: mlpGenerator({ ...options, latentSize: 8, key: fold(key, 3) }),
    discriminator: mlpDiscriminator({ ...options, key: fold(key, 4) }),
    objective: relativistic(),
    penalties: [r1({ weight: 0.2 }), r2({ weight: 0.2 })],
  })
  await train(model, training, adam({ learningRate: falling(1e-3, steps), beta1: 0, beta2: 0.99 }))
  return forecaster(model, world)
}

async function byVae(training: Training): Promise<Forecaster> {
  const { world, steps, key } = training
  const network = mlpNetworks({ widths: widths })
  const options = { shape: world.shape, context: world.conditionShape, latentSize: 4, network }
  const model = conditionalVae({ ...options, likelihood: bernoulliLikelihood(), key })
  await train(model, training, adam({ learningRate: falling(2e-3, steps) }))
  return forecaster(model, world)
}

/** Pixels of a density need noise around them, here far below what tells one frame from another. */
const dequantization = 0.03
/** The flow's units: a white pixel is 4. */
const flowUnits = 4

async function byFlow(training: Training): Promise<Forecaster> {
  const { world, steps, key } = training
  const context = world.conditionShape.reduce((product, n) => product * n, 1)
  const network = denseNetwork({ hidden: widths })
  const model = realNvp(sizeOf(world), { layers: 8, context, network, key })
  const noisy: Change = (x, index) => {
    const pixels = flat(x, index)
    const noise = mul(normal(fold(fold(key, 5), index), pixels.shape as [number, number]), dequantization)
    return mul(add(pixels, noise), flowUnits)
  }
  await train(model as never, training, adam({ learningRate: falling(1e-3, steps) }), noisy)
  return forecaster(model as never, world, {}, 1 / flowUnits)
}

/** The answer that descends the squared error: the mean of all that may come. */
async function byRegression(training: Training): Promise<Forecaster> {
  const { world, steps, key } = training
  const inputs = world.conditionShape.reduce((product, n) => product * n, 1)
  const network = adaptNetwork('experiments', mlp({ inputs, outputs: sizeOf(world), widths, key, name: 'regression' }))
  const ask = (questions: Tensor) => network.apply(flat(questions, 0)) as Tensor2D
  const player: Player<Batch> = {
    name: 'regression',
    variables: () => network.variables(),
    loss: ({ x, condition }) => ({
      total: mean(sum(squaredDifference(ask(condition!.context), flat(x, 0)), 1)) as Scalar,
    }),
  }
  await train({ players: [player] }, training, adam({ learningRate: falling(2e-3, steps) }))
  return {
    parameters: network.variables().reduce((total, { size }) => total + size, 0),
    answer: async (questions) => tidy(() => reshape(ask(questions), [questions.shape[0], ...world.shape])),
    dispose: () => {
      for (const variable of network.variables()) variable.dispose()
    },
  }
}
