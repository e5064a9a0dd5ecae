/** The laws of models, over every preset: sampling in batches, classes, refusals, config. @module */
import { key, normal, randint, uniform, useBackend } from '@gen/backend'
import { adam, fit, last, readWeights, writeWeights } from '@gen/train'
import {
  add,
  dispose,
  fill,
  memory,
  mul,
  reshape,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  affine,
  affineCoupling,
  cnf,
  convNetwork,
  denseNetwork,
  densityPicture,
  type Flow,
  flow,
  flowFromConfig,
  glow,
  type ImageFlow,
  iaf,
  imageFlow,
  imageFlowFromConfig,
  logit,
  maf,
  nice,
  nsf,
  nsfAutoregressive,
  realNvp,
  variationalDequantizer,
} from './index.ts'
import { perturb } from './testing/cases.ts'

type Model = Flow | Flow<Tensor> | ImageFlow

const hidden = { hidden: [8], activation: 'tanh' } as const
const network = denseNetwork(hidden)
const conv = convNetwork({ width: 4, blocks: 1 })
const image = [4, 4, 1] as const
const [small, pictures] = [
  { network, layers: 2 },
  { network: conv, levels: 1, steps: 1 },
]

const presets: Record<string, (classes: number) => Model> = {
  nice: (classes) => nice(2, { ...small, classes, key: key(0) }),
  realNvp: (classes) => realNvp(2, { ...small, classes, key: key(0) }),
  maf: (classes) => maf(2, { ...hidden, classes, key: key(0) }),
  iaf: (classes) => iaf(2, { ...hidden, classes, key: key(0) }),
  nsf: (classes) => nsf(3, { ...small, bins: 4, classes, key: key(0) }),
  nsfAutoregressive: (classes) => nsfAutoregressive(2, { ...hidden, bins: 4, classes, key: key(0) }),
  cnf: (classes) => cnf(2, { hidden: [4], classes, key: key(0) }),
  glow: (classes) => glow(image, { ...pictures, classes, key: key(0) }),
  'imageFlow of glow': (classes) => imageFlow({ flow: glow(image, { ...pictures, classes, key: key(0) }), levels: 16 }),
  'imageFlow with learned noise': (classes) => {
    const coupling = affineCoupling(image, { mask: 'checkerboard', context: 1, network: conv, key: key(1) })
    const noise = flow<never>({ transforms: [logit(image), coupling] })
    const dequantizer = variationalDequantizer(noise)
    return imageFlow({ flow: glow(image, { ...pictures, classes, key: key(0) }), dequantizer })
  },
}

beforeAll(async () => {
  await useBackend('cpu')
})

const rows = 5
const valuesOf = (tensor: Tensor) => tidy(() => [...tensor.dataSync()])

async function sampled(model: Model, options: object = {}): Promise<number[]> {
  const x = await model.sample({ count: rows, key: key(4), ...options })
  expect(x.shape).toEqual([rows, ...model.shape])
  const values = valuesOf(x)
  x.dispose()
  return values
}

describe.each(Object.keys(presets).flatMap((name) => [0, 3].map((classes) => ({ name, classes }))))(
  '$name of $classes classes',
  ({ name, classes }) => {
    let model: Model
    const batch = () => ({
      x: uniform(key(2), [rows, ...model.shape]),
      ...(classes > 0 && { labels: tensor1d([0, 1, 2, 1, 0], 'int32') }),
    })

    beforeAll(() => {
      model = presets[name]!(classes)
      perturb(model.variables(), key(2))
    })

    afterAll(() => model.dispose())

    it('samples the same whatever the batch size, and at once', async () => {
      const before = memory().numTensors
      const all = await sampled(model)
      const close = { rtol: 1e-4, atol: 1e-4 }
      expect(await sampled(model, { batchSize: 2 })).toBeAllClose(all, close)
      const sync = tidy(() => [...model.sample(rows, key(4)).dataSync()])
      expect(sync).toBeAllClose(all, close)
      expect(await sampled(model, { key: key(5) })).not.toEqual(all)
      const calm = await sampled(model, { temperature: 0.5 })
      expect(calm).not.toEqual(all)
      expect(memory().numTensors).toBe(before)
    })

    it('stops where it is told to, leaving nothing', async () => {
      const before = memory().numTensors
      const control = new AbortController()
      control.abort()
      await expect(sampled(model, { signal: control.signal })).rejects.toMatchObject({ code: 'aborted' })
      const later = new AbortController()
      setTimeout(() => later.abort(), 0)
      const many = model.sample({ count: 100_000, batchSize: 1, key: key(1), signal: later.signal })
      await expect(many).rejects.toMatchObject({ code: 'aborted' })
      expect(memory().numTensors).toBe(before)
    })

    it('comes back from its config and weights', async () => {
      const config = JSON.parse(JSON.stringify(model.config))
      const copy = config.kind === 'flow' ? flowFromConfig<Tensor>(config) : imageFlowFromConfig(config)
      expect(copy.config).toEqual(config)
      writeWeights(copy, await readWeights(model))
      expect(await sampled(copy)).toEqual(await sampled(model))
      copy.dispose()
      for (const broken of [null, {}, { ...config, kind: 'vae' }, { ...config, extra: 1 }]) {
        const from = config.kind === 'flow' ? flowFromConfig : imageFlowFromConfig
        expect(() => from(broken)).toThrow(expect.objectContaining({ code: 'config' }))
      }
    })

    it('checks the first batch, values too', async () => {
      const [{ check }] = model.players as [Model['players'][number]]
      const good = batch()
      await check!(good)
      const wrong = [
        { ...good, x: fill(good.x.shape, Number.NaN) },
        { ...good, x: fill([rows, 7], 0.5) },
        ...(classes > 0
          ? [
              { x: good.x },
              { ...good, labels: tensor1d([0, 1, 2, 3, 0], 'int32') },
              { ...good, labels: tensor1d([0], 'int32') },
            ]
          : []),
      ]
      const codes = []
      for (const bad of wrong) codes.push(await Promise.resolve(check!(bad)).catch(({ code }) => code))
      expect(codes).toEqual(['non-finite', 'shape', 'config', 'range', 'shape'].slice(0, wrong.length))
      dispose([good, wrong])
    })

    it('answers wrong labels as all families do', async () => {
      if (classes === 0) {
        await expect(sampled(model, { labels: 1 })).rejects.toMatchObject({ code: 'config' })
        expect(() => model.sample(2, key(0), { labels: 1 })).toThrow(expect.objectContaining({ code: 'config' }))
        return
      }
      await expect(sampled(model, { labels: 3 })).rejects.toMatchObject({ code: 'range' })
      await expect(sampled(model, { labels: [1] })).rejects.toMatchObject({ code: 'shape' })
      const given = tensor1d([0, 1, 2, 9, 0], 'int32')
      await expect(sampled(model, { labels: given })).rejects.toMatchObject({ code: 'range' })
      const z = normal(key(0), [2, model.latentSize]) as never
      expect(() => model.decode(z)).toThrow(expect.objectContaining({ code: 'config' }))
      dispose([given, z])
      expect(await sampled(model, { labels: 1 })).not.toEqual(await sampled(model, { labels: 2 }))
    })
  },
)

describe('a flow with classes', () => {
  it('learns them from labeled batches, and has the density of each', async () => {
    const model = realNvp(1, { layers: 1, classes: 2, network, key: key(0) })
    const batches = {
      at: (i: number) =>
        tidy(() => {
          const labels = reshape(randint(key(i), [128, 1], { max: 2 }), [128]) as Tensor1D
          return {
            x: add(mul(normal(key(1000 + i), [128, 1]), 0.1), reshape(labels, [128, 1])),
            labels,
          }
        }),
    }
    await last(fit(model, batches, { steps: 200, optimizer: adam({ learningRate: 0.03 }), key: key(1) }))
    tidy(() => {
      const means = model.decode(fill([2, 1], 0) as never, { labels: [0, 1] })
      expect(means.dataSync()).toBeAllClose([0, 1], { atol: 0.1 })
      const at = fill([2, 1], 1) as never
      const [other, own] = model.logProb(at, { labels: [0, 1] }).dataSync()
      expect(own! - other!).toBeGreaterThan(3)
      const soft = model.logProb(at, { context: fill([1, 2], 0.5) })
      expect(soft.shape).toEqual([2])
    })
    model.dispose()
  })

  it('draws the class of row i from (key, i), all equally likely', async () => {
    const model = realNvp(1, { layers: 1, classes: 2, network, key: key(0) })
    perturb(model.variables(), key(2))
    const [few, many] = [5, 400].map((count) => tidy(() => [...model.sample(count, key(7)).dataSync()]))
    expect(many!.slice(0, 5)).toBeAllClose(few!, { atol: 1e-5 })
    const ones = tidy(() => [...model.sample(400, key(7), { labels: 1 }).dataSync()])
    const share = many!.filter((value, i) => Math.abs(value - ones[i]!) < 1e-6).length / 400
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.6)
    model.dispose()
  })

  it('is drawn class by class', async () => {
    const model = realNvp(2, { layers: 1, classes: 2, network, key: key(0) })
    perturb(model.variables(), key(2))
    const [zero, one] = [
      await densityPicture(model, { resolution: 4, label: 0 }),
      await densityPicture(model, { resolution: 4, label: 1 }),
    ]
    expect(zero.density).not.toEqual(one.density)
    model.dispose()
  })

  it('needs layers with one feature of context for each class', () => {
    const message = 'expected layers with a context of 3, one feature for each class, got 0; make them with context: 3'
    expect(() => flow({ transforms: affine(2), classes: 3 })).toThrow(message)
  })
})
