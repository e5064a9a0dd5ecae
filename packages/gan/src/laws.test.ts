/** The laws of GANs, over every preset. @module */
import { key, normal, useBackend } from '@gen/backend'
import { readWeights, writeWeights } from '@gen/train'
import {
  add,
  dispose,
  memory,
  moments,
  mul,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  type Variable,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Gan } from './gan.ts'
import { type GanSampleOptions, ganFromConfig } from './index.ts'
import { batchFor, cases, perturb } from './testing/cases.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const numbers = (f: () => Tensor) => tidy(() => [...f().dataSync()])
const near = { rtol: 1e-5, atol: 1e-6 }

/** The numbers of samples. */
async function sampled(model: Gan, options: Partial<GanSampleOptions> = {}): Promise<number[]> {
  const samples = await model.sample({ count: 3, key: key(9), ...options })
  const values = [...samples.dataSync()]
  samples.dispose()
  return values
}

describe.each(cases)('$name', ({ make }) => {
  const withModel = async (law: (model: Gan) => void | Promise<void>) => {
    const model = make(key(1))
    try {
      await law(model)
    } finally {
      model.dispose()
    }
  }

  it('gives samples and scores of its shapes, images in [0, 1]', () =>
    withModel(async (model) => {
      const { shape, config } = model
      const property = fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(1000), async (count, seed) => {
        const x = await model.sample({ count, key: key(seed) })
        expect(x.shape).toEqual([count, ...shape])
        const values = x.dataSync()
        if (shape.length === 3) expect(values.every((value) => value >= 0 && value <= 1)).toBe(true)
        x.dispose()
      })
      await fc.assert(property, { numRuns: 2 })
      const { x, labels } = batchFor(model)
      const logits = model.score(x, labels && { labels })
      expect(logits.shape).toEqual([4 / config.pack])
      dispose([x, logits])
      labels?.dispose()
    }))

  it('sends a gradient to every variable of either player, and none to the other’s', () =>
    withModel(async (model) => {
      perturb(model, key(2))
      const batch = batchFor(model)
      const everything = model.players.flatMap((player) => player.variables())
      for (const player of model.players) {
        tidy(() => {
          const { grads } = variableGrads(() => player.loss(batch, key(3)).total, everything)
          const own = new Set(player.variables().map(({ name }) => name))
          for (const variable of player.variables()) {
            const size = sum(mul(grads[variable.name]!, grads[variable.name]!)).dataSync()[0]!
            expect(size).toBeLessThan(Infinity)
            // What adds a constant to all logits cancels between real and fake; with hinge, where |D| < 1.
            const cancels = ['wasserstein', 'relativistic', 'hinge'].includes(String(model.config.objective.kind))
            if (cancels && size === 0) expect(shiftsAllLogits(model, variable), variable.name).toBe(true)
            else expect(size, variable.name).toBeGreaterThan(0)
          }
          if (player.name === 'discriminator') {
            for (const name of Object.keys(grads)) expect(own.has(name)).toBe(true)
          }
        })
      }
      dispose(Object.values(batch))
    }))

  it('is made again by its key, and by its config and weights', async () => {
    const [model, twin] = [make(key(1)), make(key(1))]
    perturb(model, key(2))
    perturb(twin, key(2))
    const copy = ganFromConfig(JSON.parse(JSON.stringify(model.config)), { key: key(77) })
    expect(await sampled(copy)).not.toEqual(await sampled(model))
    writeWeights(copy, await readWeights(model))
    expect(copy.config).toEqual(JSON.parse(JSON.stringify(model.config)))
    const batch = batchFor(model)
    // Each once: a loss may move the state of the networks.
    const lossesOf = (one: Gan) => one.players.map((player) => numbers(() => player.loss(batch, key(3)).total))
    const done = await Promise.all([model, twin, copy].map(async (one) => [await sampled(one), ...lossesOf(one)]))
    const [expected, ...others] = done
    for (const other of others) expect(other).toEqual(expected)
    dispose(Object.values(batch))
    for (const one of [model, twin, copy]) one.dispose()
  })

  it('draws sample i from the key and i alone', () =>
    withModel(async (model) => {
      const wish = { count: 5, key: key(4) }
      const all = await sampled(model, wish)
      const few = all.slice(0, (2 * all.length) / 5)
      expect(await sampled(model, { ...wish, batchSize: 2 })).toBeAllClose(all, near)
      expect(await sampled(model, { ...wish, count: 2 })).toBeAllClose(few, near)
      expect(await sampled(model, { ...wish, key: key(5) })).not.toEqual(all)
    }))

  it('stops when it is told to, and leaves nothing', () =>
    withModel(async (model) => {
      const before = memory().numTensors
      const wish = { count: 4, key: key(1), batchSize: 1, signal: AbortSignal.abort() }
      await expect(model.sample(wish)).rejects.toMatchObject({ code: 'aborted' })
      expect(memory().numTensors).toBe(before)
    }))

  it('leaves nothing behind but what it returns', () =>
    withModel(async (model) => {
      const batch = batchFor(model)
      const before = memory().numTensors
      const { labels } = batch
      const z = normal(key(1), [4, model.latentSize]) as Tensor2D
      const kept = [
        await model.sample({ count: 3, key: key(1) }),
        model.score(batch.x, labels && { labels }),
        model.decode(z, labels && { labels }),
        z,
      ]
      const losses = model.players.map((player) => player.loss(batch, key(2)))
      const scalars = losses.flatMap((all) => Object.values(all))
      expect(memory().numTensors).toBe(before + kept.length + scalars.length)
      dispose([kept, scalars, Object.values(batch)])
    }))

  it('says what is wrong with its arguments', () =>
    withModel(async (model) => {
      const wrong = zeros([2, 7]) as Tensor2D
      expect(() => model.decode(wrong)).toThrow('gan.decode: expected z of shape')
      expect(() => model.score(wrong)).toThrow('gan.score: expected x of shape')
      expect(() => model.players[0].loss({ x: wrong }, key(0))).toThrow('gan.loss: expected batch.x of shape')
      if (model.config.classes > 0) {
        const batch = batchFor(model)
        expect(() => model.players[0].loss({ x: batch.x }, key(0))).toThrow('expected labels for 3 classes')
        await expect(sampled(model, { labels: 3 })).rejects.toThrow('expected labels from 0 to 2, got 3')
        dispose(Object.values(batch))
      } else await expect(sampled(model, { labels: 1 })).rejects.toThrow('expected no labels')
      await expect(sampled(model, { count: 0 })).rejects.toMatchObject({ code: 'range' })
      await expect(sampled(model, { batchSize: 0.5 })).rejects.toMatchObject({ code: 'value' })
      await expect(sampled(model, { temperature: -1 })).rejects.toMatchObject({ code: 'range' })
      await expect(async () => model.players[1].check?.({ x: wrong })).rejects.toMatchObject({ code: 'shape' })
      wrong.dispose()
    }))
})

/** Whether a change of the variable changes the logits of all data alike. */
function shiftsAllLogits(model: Gan, variable: Variable): boolean {
  return tidy(() => {
    const { x } = batchFor(model)
    const logits = () => model.score(x, model.config.classes > 0 ? { labels: 0 } : {})
    const [value, before] = [variable.clone(), logits()]
    variable.assign(add(variable, 0.5))
    const { mean, variance } = moments(sub(logits(), before))
    variable.assign(value)
    return variance.dataSync()[0]! < 1e-8 && Math.abs(mean.dataSync()[0]!) > 1e-3
  })
}
