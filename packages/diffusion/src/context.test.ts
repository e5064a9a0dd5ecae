/** Laws of what a model is told of each row beside its class. */
import { fold, key, normal, uniform, useBackend } from '@gen/backend'
import { adamW, fit, last } from '@gen/train'
import { unet, unetFromConfig } from '@gen/unet'
import {
  abs,
  concat,
  dispose,
  fill,
  mean,
  memory,
  ones,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Diffusion, ddim, diffusion, diffusionFromConfig, pointDenoiser } from './index.ts'

beforeAll(() => useBackend('cpu'))

/** Points that lie at their vector. */
const told = {
  at(index: number) {
    const context = normal(fold(key(1), index), [64, 2])
    return { x: context.clone(), condition: { context } }
  },
}
const few = { count: 3, key: key(4), sampler: ddim({ steps: 6 }) }

async function numbersOf(promise: Promise<Tensor>): Promise<number[]> {
  const made = await promise
  const numbers = [...made.dataSync()]
  made.dispose()
  return numbers
}

describe('a model of points with a context', () => {
  let model: Diffusion
  const question = ones([1, 2])
  beforeAll(async () => {
    model = diffusion({ network: pointDenoiser({ size: 2, context: [2], key: key(0) }) })
    await last(fit(model, told, { steps: 150, optimizer: adamW({ learningRate: 5e-3 }), key: key(2) }))
  })
  afterAll(() => {
    model.dispose()
    question.dispose()
  })

  it('learns what the context says', async () => {
    const context = normal(key(9), [64, 2])
    const made = await model.sample({ count: 64, key: key(5), context })
    const error = tidy(() => mean(abs(sub(made, context))).dataSync()[0]!)
    dispose([made, context])
    // Without a context two draws of a normal distribution are 1.13 apart.
    expect(error).toBeLessThan(0.35)
  })

  it('takes one row for all', async () => {
    const three = ones([3, 2])
    const [one, each] = [
      await numbersOf(model.sample({ ...few, context: question })),
      await numbersOf(model.sample({ ...few, context: three })),
    ]
    three.dispose()
    expect(one).toEqual(each)
  })

  it('dropped is the model without one, bit by bit', async () => {
    const free = await numbersOf(model.sample(few))
    expect(await numbersOf(model.sample({ ...few, context: question, guidance: 0 }))).toEqual(free)
    expect(await numbersOf(model.sample({ ...few, context: question }))).not.toEqual(free)
    const nothing = zeros([1, 2])
    expect(await numbersOf(model.sample({ ...few, context: nothing }))).toEqual(free)
    nothing.dispose()
  })

  it('does not depend on the size of a part', async () => {
    const context = normal(key(7), [5, 2])
    const options = { ...few, count: 5, context }
    const whole = await numbersOf(model.sample(options))
    expect(await numbersOf(model.sample({ ...options, batchSize: 2 }))).toEqual(whole)
    context.dispose()
  })

  it('finds the codes of data by it', async () => {
    const x = ones([1, 2])
    const z = await model.encode(x, { context: question })
    const back = await model.decode(z, { context: question })
    expect([...back.dataSync()]).toBeAllClose([1, 1], { atol: 0.05 })
    dispose([x, z, back])
  })

  it('comes back from its config', () => {
    const copy = diffusionFromConfig(JSON.parse(JSON.stringify(model.config)))
    expect(copy.config).toEqual(model.config)
    copy.dispose()
  })
})

it('is dropped in as many rows of training as said, together with the class', () => {
  const seen: [label: number, context: number][] = []
  const model = diffusion({
    network: {
      shape: [2],
      takes: { label: true, context: [1] },
      variables: () => [],
      denoise(x, _, condition) {
        const [labels, context] = [condition!.label!.dataSync(), condition!.context!.dataSync()]
        for (const [i, label] of labels.entries()) seen.push([label, context[i]!])
        return x.clone()
      },
    },
    classes: 3,
    dropLabel: 0.25,
  })
  tidy(() => {
    const batch = {
      x: ones([2000, 2]),
      labels: fill([2000], 1, 'int32') as Tensor1D,
      condition: { context: ones([2000, 1]) },
    }
    model.players[0].loss(batch, key(3))
  })
  expect(new Set(seen.map((row) => row.join()))).toEqual(new Set(['1,1', '3,0']))
  const dropped = seen.filter(([label]) => label === 3).length / seen.length
  // Four standard errors.
  expect(Math.abs(dropped - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 2000))
})

it('that is an image reaches the network in [−1, 1], as the data do', () => {
  const model = diffusion({
    network: {
      shape: [2, 2, 1],
      takes: { context: [1, 1, 2] },
      variables: () => [],
      denoise(x, _, condition) {
        expect([...condition!.context!.dataSync()]).toEqual([-1, -1, 1, 1])
        return x.clone()
      },
    },
    dropLabel: 0,
  })
  expect.assertions(1)
  tidy(() => {
    const context = concat([zeros([1, 1, 1, 2]), ones([1, 1, 1, 2])])
    model.players[0].loss({ x: zeros([2, 2, 2, 1]), condition: { context } }, key(1))
  })
})

describe('a U-Net with a context', () => {
  const shape = [4, 4, 1]
  it.each([
    ['an image of another size and channels', { context: [2, 2, 3] }],
    ['a vector', { context: [5] }],
    ['a sequence of vectors', { context: [3, 4], attention: [1] }],
  ])('trains, samples and comes back: %s', async (_, given) => {
    const before = memory().numTensors
    const model = diffusion({ network: unet({ shape, widths: [4, 4], depth: 1, ...given, key: key(0) }), range: null })
    const batches = {
      at: (i: number) => ({
        x: uniform(key(i), [2, ...shape] as [number, number, number, number]) as Tensor,
        condition: { context: uniform(key(i + 9), [2, ...given.context]) as Tensor },
      }),
    }
    await last(fit(model, batches, { steps: 3, optimizer: adamW({ learningRate: 1e-2 }), key: key(1) }))
    const context = ones([1, ...given.context])
    const told = await numbersOf(model.sample({ ...few, context }))
    expect(told).not.toEqual(await numbersOf(model.sample(few)))
    const config = JSON.parse(JSON.stringify(model.config))
    const copy = diffusionFromConfig(config, { network: unetFromConfig })
    expect(copy.config).toEqual(config)
    context.dispose()
    model.dispose()
    copy.dispose()
    expect(memory().numTensors).toBe(before)
  })
})

describe('what does not fit', () => {
  const network = () => pointDenoiser({ size: 2, hidden: [4], context: [2], key: key(0) })
  const made: Diffusion[] = []
  const [dropping, always, none] = [{}, { dropLabel: 0 }, {}].map((options, i) => {
    const own = i === 2 ? pointDenoiser({ size: 2, hidden: [4], key: key(0) }) : network()
    const model = diffusion({ network: own, ...options })
    made.push(model)
    return model
  }) as [Diffusion, Diffusion, Diffusion]
  const contexts = [ones([2, 2]), ones([3, 3]), ones([3, 2, 1]), ones([3, 2])] as const
  afterAll(() => {
    for (const model of made) model.dispose()
    dispose([...contexts])
  })

  it('is refused before any work', async () => {
    const [two, wide, deep, three] = contexts
    for (const [model, context, message] of [
      [dropping, two, /diffusion\.sample: expected context of shape \[3, 2\], got \[2, 2\]; pass one row/],
      [dropping, wide, /got \[3, 3\]/],
      [dropping, deep, /got \[3, 2, 1\]/],
      [always, undefined, /expected a context of shape \[3, 2\], got none/],
      [none, three, /expected no context, for the model takes none, got one/],
    ] as const) {
      await expect(model.sample({ ...few, context })).rejects.toThrow(message)
    }
    await expect(always.sample({ ...few, context: three, guidance: 2 })).rejects.toThrow(/train with dropLabel: 0\.1/)
    await expect(none.sample({ ...few, guidance: 2 })).rejects.toThrow(/make the model with classes, or its network/)
    await expect(always.encode(three)).rejects.toThrow(/diffusion\.encode: expected a context/)
  })

  it('is refused in training', async () => {
    const at = (context?: Tensor) => () => ({
      x: zeros([3, 2]) as Tensor,
      ...(context && { condition: { context: context.clone() } }),
    })
    const train = (batches: { at(): { x: Tensor; condition?: { context: Tensor } } }) =>
      last(fit(dropping, batches, { steps: 1, optimizer: adamW(), key: key(0) }))
    await expect(train({ at: at() })).rejects.toThrow(/diffusion\.loss: expected a context of shape \[3, 2\], got none/)
    await expect(train({ at: at(contexts[1]) })).rejects.toThrow(/got \[3, 3\]/)
    const broken = fill([3, 2], Number.NaN)
    await expect(train({ at: at(broken) })).rejects.toThrow(/batch\.condition\.context/)
    broken.dispose()
  })
})
