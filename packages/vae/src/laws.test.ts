/** The laws of all presets. @module */
import { fold, type GenError, key, normal, useBackend } from '@gen/backend'
import { readWeights, writeWeights } from '@gen/train'
import {
  dispose,
  memory,
  ones,
  slice,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Vae, type VaeBatch, vaeFromConfig } from './index.ts'
import { batchFor, type Case, cases, perturb } from './testing/cases.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const rows = 4

/** Tries a law on some seeds; what it makes is freed. */
function holds(
  { make }: Case,
  law: (model: Vae, batch: VaeBatch, seed: number) => void | Promise<void>,
): Promise<void> {
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
const labelsOf = ({ labels }: VaeBatch) => (labels ? { labels } : {})
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
        const sampled = (m: Vae) => numbers(() => m.sample(3, key(4), batch.labels ? { labels: [1, 0, 1] } : {}))
        const lossOf = (m: Vae) => numbers(() => m.players[0].loss(batch, key(5)).total)
        expect(sampled(other)).toEqual(sampled(model))
        // Twins lose alike as long as they have seen the same: state moves in training.
        const state = await readWeights(model)
        const expected = lossOf(model)
        writeWeights(other, state)
        expect(lossOf(other)).toEqual(expected)
        other.dispose()
      }
    }))

  it('draws sample i by the key and i alone', () =>
    holds(item, (model, batch) => {
      const condition = batch.labels ? { labels: 1 } : {}
      const few = numbers(() => model.sample(2, key(8), condition))
      const many = numbers(() => slice(model.sample(5, key(8), condition), 0, 2))
      expect(many).toBeAllClose(few, { rtol: 1e-5, atol: 1e-6 })
      expect(numbers(() => model.sample(2, key(9), condition))).not.toEqual(few)
      const noisy = numbers(() => model.sample(2, key(8), { ...condition, noise: true }))
      expect(noisy).not.toEqual(few)
    }))

  it('leaves nothing behind but what it returns', () =>
    holds(item, async (model, batch) => {
      const condition = labelsOf(batch)
      const z = codesFor(model)
      const before = memory().numTensors
      const q = model.posterior(batch.x, condition)
      const made: Tensor[] = [q.mean, q.logVariance, model.encode(batch.x, condition), model.decode(z, condition)]
      made.push(model.reconstruct(batch.x, condition), model.sample(2, key(0), batch.labels ? { labels: 0 } : {}))
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
    holds(item, (model, batch) => {
      const wrong = ones([2, 7])
      const condition = labelsOf(batch)
      expect(() => model.encode(wrong, condition)).toThrow(shapeError)
      expect(() => model.decode(wrong as Tensor2D, condition)).toThrow(shapeError)
      expect(() => model.players[0].loss({ ...batch, x: wrong }, key(0))).toThrow(shapeError)
      expect(() => model.sample(2, key(0), { ...condition, labels: batch.labels ? undefined : 1 })).toThrow(configError)
      if (!model.parts.posterior.density) expect(() => model.elbo(batch.x, key(0))).toThrow(configError)
      wrong.dispose()
    }))
})

const shapeError = expect.objectContaining({ code: 'shape' } satisfies Partial<GenError>)
const configError = expect.objectContaining({ code: 'config' } satisfies Partial<GenError>)
