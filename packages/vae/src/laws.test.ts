/** The laws of all presets. @module */
import { fold, type GenError, key, normal, useBackend } from '@gen/backend'
import type { Batch } from '@gen/model'
import { readWeights, writeWeights } from '@gen/train'
import {
  dispose,
  memory,
  ones,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Vae, vaeFromConfig } from './index.ts'
import { batchFor, type Case, cases, perturb } from './testing/cases.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const rows = 4

/** Tries a law on some seeds; what it makes is freed. */
function holds({ make }: Case, law: (model: Vae, batch: Batch, seed: number) => void | Promise<void>): Promise<void> {
  const property = fc.asyncProperty(fc.nat(1000), async (seed) => {
    const model = make(fold(key(1), seed))
    perturb(model.variables(), fold(key(2), seed))
    const batch = batchFor(model, rows, fold(key(3), seed))
    try {
      await law(model, batch, seed)
    } finally {
      model.dispose()
      dispose(batch as unknown as Tensor[])
    }
  })
  return fc.assert(property, { numRuns: 2, seed: 5 })
}

const numbers = (f: () => Tensor) => tidy(() => f().dataSync())

/** The numbers of what is on its way. */
async function arrived(made: Promise<Tensor>): Promise<number[]> {
  const tensor = await made
  const values = [...tensor.dataSync()]
  tensor.dispose()
  return values
}

const labelsOf = ({ labels }: Batch) => (labels ? { labels } : {})
const codesFor = ({ latentSize }: Vae, k = key(7)) => normal(k, [rows, latentSize]) as Tensor2D

describe.each(cases)('$name', (item) => {
  it('has the shapes it says, in [0, 1] for images', () =>
    holds(item, (model, batch) => {
      tidy(() => {
        const condition = labelsOf(batch)
        const q = model.posterior(batch.x, condition)
        expect(q.mean.shape).toEqual([rows, model.latentSize])
        expect(q.logVariance.shape).toEqual([rows, model.latentSize])
        expect(model.encode(batch.x, condition).dataSync()).toEqual(q.mean.dataSync())
        const decoded = model.decode(q.mean, condition)
        expect(decoded.shape).toEqual(batch.x.shape)
        expect(model.reconstruct(batch.x, condition).dataSync()).toEqual(decoded.dataSync())
        if (model.shape.length < 3) return
        expect(Math.min(...decoded.dataSync())).toBeGreaterThanOrEqual(0)
        expect(Math.max(...decoded.dataSync())).toBeLessThanOrEqual(1)
      })
    }))

  it('has a gradient on every variable, and finite losses', () =>
    holds(item, (model, batch, seed) => {
      tidy(() => {
        const variables = model.variables()
        const { grads } = variableGrads(() => model.players[0].loss(batch, key(seed)).total, variables)
        expect(Object.keys(grads)).toHaveLength(variables.length)
        for (const gradient of Object.values(grads)) {
          const size = sum(square(gradient)).dataSync()[0]!
          expect(size).toBeGreaterThan(0)
          expect(size).toBeLessThan(Infinity)
        }
      })
    }))

  it('is made again by its key, and by its config and weights', () =>
    holds(item, async (model, batch, seed) => {
      const twin = item.make(fold(key(1), seed))
      perturb(twin.variables(), fold(key(2), seed))
      const copy = vaeFromConfig(JSON.parse(JSON.stringify(model.config)))
      writeWeights(copy, await readWeights(model))
      expect(copy.config).toEqual(JSON.parse(JSON.stringify(model.config)))
      for (const other of [twin, copy]) {
        const wish = { count: 3, key: key(4), ...(batch.labels && { labels: [1, 0, 1] }) }
        const lossOf = (m: Vae) => numbers(() => m.players[0].loss(batch, key(5)).total)
        expect(await arrived(other.sample(wish))).toEqual(await arrived(model.sample(wish)))
        // Twins lose alike as long as they have seen the same: state moves in training.
        const state = await readWeights(model)
        const expected = lossOf(model)
        writeWeights(other, state)
        expect(lossOf(other)).toEqual(expected)
        other.dispose()
      }
    }))

  it('draws sample i by the key and i alone, whatever the batch size', () =>
    holds(item, async (model, batch) => {
      const near = { rtol: 1e-5, atol: 1e-6 }
      for (const noise of [false, true]) {
        const wish = { count: 5, key: key(8), noise, ...(batch.labels && { labels: 1 }) }
        const all = await arrived(model.sample(wish))
        const few = all.slice(0, (2 * all.length) / 5)
        expect(await arrived(model.sample({ ...wish, count: 2 }))).toBeAllClose(few, near)
        expect(await arrived(model.sample({ ...wish, batchSize: 2 }))).toBeAllClose(all, near)
        expect(await arrived(model.sample({ ...wish, key: key(9) }))).not.toEqual(all)
        if (noise) expect(await arrived(model.sample({ ...wish, noise: false }))).not.toEqual(all)
      }
    }))

  it('draws the classes that nobody wishes for, and stops when it is told to', () =>
    holds(item, async (model, batch) => {
      const wish = { count: 20, key: key(8), batchSize: 7 }
      const all = await arrived(model.sample(wish))
      expect(await arrived(model.sample({ ...wish, count: 10 }))).toBeAllClose(all.slice(0, all.length / 2))
      if (batch.labels) {
        const known = Array.from({ length: model.config.classes }, (_, i) => i)
        const classes = await Promise.all(known.map((labels) => arrived(model.sample({ ...wish, labels }))))
        const drawn = all.map((value, i) => classes.findIndex((of) => Math.abs(of[i]! - value) < 1e-6))
        expect([...new Set(drawn)].sort()).toEqual(known)
      }
      const before = memory().numTensors
      await expect(model.sample({ ...wish, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
      expect(memory().numTensors).toBe(before)
    }))

  it('leaves nothing behind but what it returns', () =>
    holds(item, async (model, batch) => {
      const condition = labelsOf(batch)
      const z = codesFor(model)
      const before = memory().numTensors
      const q = model.posterior(batch.x, condition)
      const made: Tensor[] = [q.mean, q.logVariance, model.encode(batch.x, condition), model.decode(z, condition)]
      made.push(model.reconstruct(batch.x, condition), await model.sample({ count: 2, key: key(0) }))
      await model.players[0].check?.(batch)
      if (model.parts.posterior.density) {
        made.push(model.elbo(batch.x, key(1), condition))
        await model.logMarginal(batch.x, { samples: 2, key: key(1), ...condition })
      }
      const losses = model.players[0].loss(batch, key(1))
      made.push(...Object.values(losses))
      // Some losses show one scalar under two names.
      expect(memory().numTensors - before).toBe(new Set(made).size)
      dispose([...made, z])
    }))

  it('says what is wrong with its arguments', () =>
    holds(item, async (model, batch) => {
      const wrong = ones([2, 7])
      const condition = labelsOf(batch)
      expect(() => model.encode(wrong, condition)).toThrow(shapeError)
      expect(() => model.decode(wrong as Tensor2D, condition)).toThrow(shapeError)
      expect(() => model.players[0].loss({ ...batch, x: wrong }, key(0))).toThrow(shapeError)
      const wish = { count: 2, key: key(0) }
      if (!batch.labels) await expect(model.sample({ ...wish, labels: 1 })).rejects.toThrow(configError)
      else await expect(model.sample({ ...wish, labels: 9 })).rejects.toMatchObject({ code: 'range' })
      await expect(model.sample({ ...wish, count: 0 })).rejects.toMatchObject({ code: 'range' })
      await expect(model.sample({ ...wish, batchSize: 0.5 })).rejects.toMatchObject({ code: 'value' })
      await expect(async () => model.players[0].check?.({ ...batch, x: wrong })).rejects.toThrow(shapeError)
      if (!model.parts.posterior.density) expect(() => model.elbo(batch.x, key(0))).toThrow(configError)
      wrong.dispose()
    }))
})

const shapeError = expect.objectContaining({ code: 'shape' } satisfies Partial<GenError>)
const configError = expect.objectContaining({ code: 'config' } satisfies Partial<GenError>)
