/** One condition for all families: what a model is told beside the class is trained on, sampled by, stored and refused alike. */
import { fold, key, uniform, useBackend } from '@gen/backend'
import { type Diffusion, diffusion, diffusionFromConfig, pointDenoiser } from '@gen/diffusion'
import { type Flow, flowFromConfig, realNvp } from '@gen/flows'
import { type Gan, gan, ganFromConfig, mlpDiscriminator, mlpGenerator } from '@gen/gan'
import { gaussianLikelihood, r1, r2 } from '@gen/losses'
import { adam, fit, last } from '@gen/train'
import { conditionalVae, mlpNetworks, type Vae, vaeFromConfig } from '@gen/vae'
import { abs, dispose, mean, mul, ones, reshape, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Model = Diffusion | Flow | Gan | Vae

/** The question is an image of two pixels, the answer a point at them. */
const context = [1, 2, 1]
const k = key(0)
const widths = [32, 32]

const families: Record<string, { make(): Model; again(config: unknown): Model; steps: number; rate: number }> = {
  diffusion: {
    make: () => diffusion({ network: pointDenoiser({ size: 2, context, key: k }), dropLabel: 0 }),
    again: (config) => diffusionFromConfig(config),
    ...{ steps: 150, rate: 5e-3 },
  },
  flow: {
    make: () => realNvp(2, { context: 2, key: k }),
    again: (config) => flowFromConfig(config),
    ...{ steps: 150, rate: 5e-3 },
  },
  gan: {
    make: () =>
      gan({
        generator: mlpGenerator({ shape: [2], latentSize: 2, context, widths, key: k }),
        discriminator: mlpDiscriminator({ shape: [2], context, widths, key: fold(k, 1) }),
        penalties: [r1({ weight: 0.1 }), r2({ weight: 0.1 })],
      }),
    again: (config) => ganFromConfig(config),
    ...{ steps: 300, rate: 3e-3 },
  },
  vae: {
    make: () => {
      const likelihood = gaussianLikelihood({ deviation: 0.2 })
      return conditionalVae({
        shape: [2],
        latentSize: 1,
        context,
        network: mlpNetworks({ widths }),
        likelihood,
        key: k,
      })
    },
    again: (config) => vaeFromConfig(config),
    ...{ steps: 150, rate: 5e-3 },
  },
}

const told = {
  at(index: number) {
    const image: Tensor = uniform(fold(key(1), index), [64, 1, 2, 1])
    return { x: tidy(() => sub(mul(reshape(image, [64, 2]), 4), 2)), condition: { context: image } }
  },
}

beforeAll(() => useBackend('cpu'))

describe.each(Object.entries(families))('%s', (name, { make, again, steps, rate }) => {
  let model: Model
  const question = ones([1, ...context])
  const few = { count: 3, key: key(4) }
  const draw = async (of: object) => {
    const made = (await model.sample({ ...few, ...of })) as Tensor
    const numbers = [...made.dataSync()]
    made.dispose()
    return numbers
  }
  beforeAll(async () => {
    model = make()
    const optimizer = adam({ learningRate: rate, ...(name === 'gan' && { beta1: 0.5 }) })
    await last(fit<never>(model as never, told as never, { steps, optimizer, key: key(2) }))
  })
  afterAll(() => {
    model.dispose()
    question.dispose()
  })

  it('learns the answer', async () => {
    const { x, condition } = told.at(99)
    const made = await model.sample({ count: 64, key: key(5), context: condition.context })
    const error = tidy(() => mean(abs(sub(made, x))).dataSync()[0]!)
    dispose([made, x, condition.context])
    // Two answers that know nothing of the question are 1.33 apart.
    expect(error).toBeLessThan(0.45)
  })

  it('takes one question for all, in parts of any size', async () => {
    const three = ones([3, ...context])
    const one = await draw({ context: question })
    expect(await draw({ context: three })).toEqual(one)
    expect(await draw({ context: three, batchSize: 2 })).toBeAllClose(one, { atol: 1e-6 })
    three.dispose()
  })

  it('comes back from its config', () => {
    const config = JSON.parse(JSON.stringify(model.config))
    const copy = again(config)
    expect(copy.config).toEqual(config)
    copy.dispose()
  })

  it('refuses another context, and none', async () => {
    const bad = [ones([2, ...context]), ones([3, 5])]
    for (const other of bad) await expect(model.sample({ ...few, context: other })).rejects.toThrow(/context/)
    await expect(model.sample(few)).rejects.toThrow(/context/)
    const batches = { at: () => ({ x: ones([3, 2]) }) }
    const training = last(fit<never>(model as never, batches as never, { steps: 1, optimizer: adam(), key: k }))
    await expect(training).rejects.toThrow(/expected a context/)
    dispose(bad)
  })
})

it('a GAN’s networks must take the same', () => {
  const [generator, discriminator] = [
    mlpGenerator({ shape: [2], latentSize: 2, context: [3], widths: [4], key: k }),
    mlpDiscriminator({ shape: [2], context: [2], widths: [4], key: k }),
  ]
  expect(() => gan({ generator, discriminator })).toThrow(/networks that take the same context, got \[3\] and \[2\]/)
  dispose([...generator.variables(), ...discriminator.variables()])
})
