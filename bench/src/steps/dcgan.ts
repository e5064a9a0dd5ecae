/** A DCGAN: a step of the discriminator, then one of the generator. @module */
import { batchNorm } from '@gen/backend'
import {
  add,
  conv2d,
  conv2dTranspose,
  leakyRelu,
  matMul,
  mean,
  neg,
  reshape,
  type Scalar,
  softplus,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tanh,
  variable,
  zeros,
} from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import type { Named } from './parameters.ts'
import { type StepModel, trainingStep } from './training.ts'

const [batch, latent] = [64, 100]

const shapes: Readonly<Record<string, readonly number[]>> = {
  'generator/0/kernel': [latent, 4 * 4 * 256],
  ...normalization('generator/0', 256),
  ...transposedConvolution('generator/1', 256, 128),
  ...normalization('generator/1', 128),
  ...transposedConvolution('generator/2', 128, 64),
  ...normalization('generator/2', 64),
  ...transposedConvolution('generator/3', 64, 1),
  'generator/3/bias': [1],
  ...convolution('discriminator/0', 1, 64),
  'discriminator/0/bias': [64],
  ...convolution('discriminator/1', 64, 128),
  ...normalization('discriminator/1', 128),
  ...convolution('discriminator/2', 128, 256),
  ...normalization('discriminator/2', 256),
  'discriminator/3/kernel': [4 * 4 * 256, 1],
  'discriminator/3/bias': [1],
}

/** 4 × 4 windows, stride 2, batch normalization, images 32 × 32. */
export const dcganStep: Row = trainingStep({
  id: 'dcgan',
  name: `DCGAN 32×32×1, widths 64/128/256, batch ${batch}`,
  inputs: { x: spec([batch, 32, 32, 1], 1, { scale: 1 }), z: spec([batch, latent], 2) },
  build: dcganModel,
  learningRate: 2e-4,
  task: 'dcgan_step',
})

function dcganModel({ x, z }: Readonly<Record<string, Tensor>>): StepModel {
  const variables: Named[] = Object.entries(shapes).map(([name, shape]) => ({ name, variable: start(shape) }))
  const p = Object.fromEntries(variables.map(({ name, variable }) => [name, variable]))
  const discriminatorLoss = () => {
    const [real, fake] = [discriminator(x!, p), discriminator(generator(z!, p), p)]
    return mean(add(softplus(neg(real)), softplus(fake))) as Scalar
  }
  const generatorLoss = () => mean(softplus(neg(discriminator(generator(z!, p), p)))) as Scalar
  const players = [
    { prefix: 'discriminator', loss: discriminatorLoss },
    { prefix: 'generator', loss: generatorLoss },
  ]
  return { variables, players }
}

type Parameters = Readonly<Record<string, Tensor>>

function generator(z: Tensor, p: Parameters): Tensor {
  let h = normalized(reshape(dense(z, p, 'generator/0'), [batch, 4, 4, 256]), p, 'generator/0', 0)
  for (const i of [1, 2]) h = normalized(transposed(h, p, `generator/${i}`), p, `generator/${i}`, 0)
  return tanh(transposed(h, p, 'generator/3'))
}

function discriminator(x: Tensor, p: Parameters): Tensor {
  let h = leakyRelu(convolved(x, p, 'discriminator/0'), 0.2)
  for (const i of [1, 2]) h = normalized(convolved(h, p, `discriminator/${i}`), p, `discriminator/${i}`, 0.2)
  return dense(reshape(h, [batch, -1]), p, 'discriminator/3')
}

function dense(x: Tensor, p: Parameters, name: string): Tensor {
  return biased(matMul(x as Tensor2D, p[`${name}/kernel`] as Tensor2D), p, name)
}

function convolved(x: Tensor, p: Parameters, name: string): Tensor {
  return biased(conv2d(x as Tensor4D, p[`${name}/kernel`] as Tensor4D, 2, 'same'), p, name)
}

function transposed(x: Tensor, p: Parameters, name: string): Tensor {
  const [, height, width] = x.shape as [number, number, number, number]
  const kernel = p[`${name}/kernel`] as Tensor4D
  const shape: [number, number, number, number] = [batch, 2 * height, 2 * width, kernel.shape[2]]
  return biased(conv2dTranspose(x as Tensor4D, kernel, shape, 2, 'same'), p, name)
}

/** A bias before a normalization has no effect, so there it is left out. */
function biased(x: Tensor, p: Parameters, name: string): Tensor {
  const bias = p[`${name}/bias`]
  return bias === undefined ? x : add(x, bias)
}

/** Then a leaky ReLU of that slope. */
function normalized(x: Tensor, p: Parameters, name: string, slope: number): Tensor {
  return batchNorm(x, p[`${name}/scale`]!, p[`${name}/offset`]!, { slope })
}

function convolution(name: string, from: number, to: number): Record<string, number[]> {
  return { [`${name}/kernel`]: [4, 4, from, to] }
}

function transposedConvolution(name: string, from: number, to: number): Record<string, number[]> {
  return { [`${name}/kernel`]: [4, 4, to, from] }
}

function normalization(name: string, channels: number): Record<string, number[]> {
  return { [`${name}/scale`]: [channels], [`${name}/offset`]: [channels] }
}

function start(shape: readonly number[]): Named['variable'] {
  const initial = zeros([...shape])
  const made = variable(initial)
  initial.dispose()
  return made
}
