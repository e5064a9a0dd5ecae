/** The laws of diffusion models, over all combinations of network, schedule and loss. @module */
import { key, normal, uniform, useBackend } from '@gen/backend'
import type { Batch, Decoder, Encoder, GenerativeModel, LatentModel } from '@gen/model'
import { readWeights, writeWeights } from '@gen/train'
import {
  add,
  dispose,
  fill,
  memory,
  mul,
  reshape,
  sum,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tidy,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { matrixNetwork } from './fixtures/small-networks.ts'
import {
  cosine,
  type Diffusion,
  type DiffusionBatch,
  ddim,
  diffusion,
  diffusionFromConfig,
  linear,
  pointDenoiser,
} from './index.ts'

const networks = {
  points: (classes: number) => pointDenoiser({ size: 2, hidden: [6], classes, key: key(0) }),
  images: (classes: number) => ({ ...matrixNetwork([2, 2, 1], { classes }), config: { kind: 'matrix', classes } }),
}
const schedules = { cosine: cosine(), linear: linear() }
const names = <T extends object>(of: T) => Object.keys(of) as (keyof T)[]

const combinations = names(networks).flatMap((network) =>
  names(schedules).flatMap((schedule) =>
    (['l1', 'l2', 'huber'] as const).flatMap((loss) => [0, 3].map((classes) => ({ network, schedule, loss, classes }))),
  ),
)

beforeAll(async () => {
  await useBackend('cpu')
})

const rows = 5
const sampler = ddim({ steps: 3 })

async function sampled(model: Diffusion, options: object = {}): Promise<number[]> {
  const x = await model.sample({ count: rows, key: key(4), sampler, ...options })
  expect(x.shape).toEqual([rows, ...model.shape])
  const values = [...x.dataSync()]
  x.dispose()
  return values
}

it('is a generative model and a latent model by its type', () => {
  expectTypeOf<Diffusion>().toExtend<GenerativeModel<DiffusionBatch>>()
  expectTypeOf<Diffusion>().toExtend<GenerativeModel<Batch>>()
  expectTypeOf<Diffusion>().toExtend<LatentModel>()
  expectTypeOf<Diffusion>().toExtend<Encoder & Decoder>()
})

describe.each(combinations)('$network with $schedule, $loss and $classes classes', (combination) => {
  const { network, schedule, loss, classes } = combination
  const own = network === 'images' ? { mean: 0.5, std: 1e-3 } : {}
  const make = () =>
    diffusion({ network: networks[network](classes), schedule: schedules[schedule], loss, classes, ...own })
  const labeled = classes > 0 ? { labels: 1 } : {}
  let model: Diffusion
  const batch = (): DiffusionBatch => ({
    x: uniform(key(2), [rows, ...model.shape]),
    ...(classes > 0 && { labels: tensor1d([0, 1, 2, 1, 0], 'int32') }),
  })

  beforeAll(() => {
    model = make()
    // The last layer starts at zero, where nothing before it has a gradient.
    tidy(() => {
      for (const variable of model.variables()) variable.assign(add(variable, mul(normal(key(3), variable.shape), 0.3)))
    })
  })

  afterAll(() => model.dispose())

  it('samples the same whatever the batch size, in the range of the data', async () => {
    const before = memory().numTensors
    for (const eta of [0, 1]) {
      const of = { sampler: ddim({ steps: 3, eta }) }
      const all = await sampled(model, of)
      expect(await sampled(model, { ...of, batchSize: 2 })).toBeAllClose(all, { rtol: 1e-5, atol: 1e-5 })
      expect(await sampled(model, { ...of, key: key(5) })).not.toEqual(all)
      if (model.config.range) expect(all.every((value) => value >= 0 && value <= 1)).toBe(true)
    }
    expect(memory().numTensors).toBe(before)
  })

  it('sends a gradient to every variable', () => {
    tidy(() => {
      const { grads } = variableGrads(() => model.players[0].loss(batch(), key(1)).total, model.variables())
      for (const variable of model.variables()) {
        const size = sum(mul(grads[variable.name]!, grads[variable.name]!)).dataSync()[0]!
        expect(size).toBeGreaterThan(0)
        expect(size).toBeLessThan(Infinity)
      }
    })
  })

  it('comes back from its config and weights', async () => {
    const config = JSON.parse(JSON.stringify(model.config))
    const maker = ({ classes: told }: { classes?: unknown }) => networks.images(Number(told))
    const copy = diffusionFromConfig(config, { key: key(77), network: maker })
    expect(copy.config).toEqual(config)
    writeWeights(copy, await readWeights(model))
    expect(await sampled(copy)).toEqual(await sampled(model))
    copy.dispose()
    const before = memory().numTensors
    for (const change of [{ kind: 'flow' }, { extra: 1 }, { classes: 7.5 }, { range: [1, 0] }, { network: {} }]) {
      expect(() => diffusionFromConfig({ ...config, ...change })).toThrow(expect.objectContaining({ code: 'config' }))
    }
    expect(memory().numTensors).toBe(before)
  })

  it('decodes codes as sampling does from that noise, whatever the batch size', async () => {
    const x = uniform(key(6), [3, ...model.shape], { min: 0.3, max: 0.7 })
    const codes = await model.encode(x, { steps: 4, iterations: 8, ...labeled })
    expect(codes.shape).toEqual([3, model.latentSize])
    const again = await model.decode(codes, { steps: 4, ...labeled })
    expect(again.shape).toEqual(x.shape)
    const noise = reshape(codes, x.shape)
    const same = await model.sample({ count: 3, noise, sampler: ddim({ steps: 4 }), key: key(0), ...labeled })
    expect(again.dataSync()).toEqual(same.dataSync())
    const small = await model.decode(codes, { steps: 4, batchSize: 2, ...labeled })
    expect(small.dataSync()).toBeAllClose(again.dataSync(), { rtol: 1e-5, atol: 1e-5 })
    dispose([x, codes, again, small, noise, same])
  })

  it('checks the first batch, values too', async () => {
    const good = batch()
    const { check } = model.players[0]
    await check!(good)
    const wrong: DiffusionBatch[] = [
      { ...good, x: fill(good.x.shape, Number.NaN) },
      { ...good, x: zeros([rows, 7]) },
      ...(classes > 0 ? [{ x: good.x }, { ...good, labels: tensor1d([0, 1, 2, 3, 0], 'int32') }] : []),
    ]
    const codes: unknown[] = []
    for (const bad of wrong) codes.push(await Promise.resolve(check!(bad)).catch(({ code }) => code))
    expect(codes).toEqual(['non-finite', 'shape', 'config', 'range'].slice(0, wrong.length))
    for (const { x, labels } of [good, ...wrong]) dispose([x, ...(labels ? [labels] : [])])
  })

  it('answers wrong labels and a signal as all families do', async () => {
    const before = memory().numTensors
    const z = normal(key(1), [2, model.latentSize]) as Tensor2D
    const x: Tensor = uniform(key(1), [2, ...model.shape])
    await expect(sampled(model, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    const unfit = classes > 0 ? {} : { labels: 1 }
    await expect(model.decode(z, unfit)).rejects.toMatchObject({ code: 'config' })
    await expect(model.encode(x, unfit)).rejects.toMatchObject({ code: 'config' })
    if (classes === 0) await expect(sampled(model, unfit)).rejects.toMatchObject({ code: 'config' })
    else {
      await expect(sampled(model, { labels: 4 })).rejects.toMatchObject({ code: 'range' })
      await expect(sampled(model, { labels: [1] })).rejects.toMatchObject({ code: 'shape' })
      const drawn = await sampled(model)
      const each = await Promise.all([0, 1, 2].map((labels) => sampled(model, { labels })))
      expect(new Set(each.map(String)).size).toBe(3)
      const size = model.latentSize
      for (let i = 0; i < rows; i++) {
        const row = (values: number[]) => values.slice(i * size, (i + 1) * size)
        expect(each.map((values) => String(row(values)))).toContain(String(row(drawn)))
      }
      expect(await sampled(model, { labels: 3 })).not.toEqual(drawn)
    }
    dispose([z, x])
    expect(memory().numTensors).toBe(before)
  })

  it('frees all that it owns', () => {
    const before = memory().numTensors
    make().dispose()
    expect(memory().numTensors).toBe(before)
  })
})
