/** Laws of the loss on held-out batches. */
import { key, useBackend } from '@gen/backend'
import { memory, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadCheckpoint } from '../checkpoints/load-checkpoint.ts'
import { memoryStore } from '../checkpoints/memory-store.ts'
import { fingerprint } from '../fingerprint.ts'
import { fit } from '../fit.ts'
import type { FitOptions } from '../fit-options.ts'
import { collect } from '../fixtures/events.ts'
import { game, lawBatches, regression, type Toy, type ToyBatch } from '../fixtures/toy-models.ts'
import { last } from '../last.ts'
import { adamW } from '../optimizers/adam.ts'
import { sgd } from '../optimizers/sgd.ts'
import type { FitEvent, ValidationEvent } from '../progress/events.ts'

const base = { steps: 12, optimizer: adamW({ learningRate: 0.1 }), ema: 0.5, key: key(1) }
const heldOut = lawBatches(5)
const validation = { batches: heldOut, every: 4, count: 3 }

const measured = (events: FitEvent[]): ValidationEvent[] => events.filter((event) => event.type === 'validation')

/** The mean over the first batches, by a model's weights as they are now. */
async function meanLoss(model: Toy, count: number): Promise<number> {
  let sum = 0
  for (let i = 0; i < count; i++) {
    const batch = await heldOut.at(i)
    sum += tidy(() => model.players[0]!.loss(batch, key(0)).total.dataSync()[0]!)
    batch.x.dispose()
    batch.y.dispose()
  }
  return sum / count
}

beforeAll(async () => {
  await useBackend('cpu')
})

describe('validation', () => {
  it('is the mean loss of the held-out batches by the averaged weights, every so many steps', async () => {
    const model = regression()
    const events = await collect(fit(model, lawBatches(), { ...base, validation }))
    const found = measured(events)
    expect(found.map(({ step }) => step)).toEqual([4, 8, 12])
    // After the end the model has the averaged weights of step 12.
    expect(found[2]!.losses.regression!.total).toBeCloseTo(await meanLoss(model, 3), 5)
    expect(found[2]!.score).toBe(found[2]!.losses.regression!.total)
    expect(found.map(({ best }) => best)).toEqual([true, true, true])
    model.dispose()
  })

  it('changes no bit of the training and leaves no tensor, with states and draws too', async () => {
    const trained = async (options: Partial<FitOptions<ToyBatch>>): Promise<string[]> => {
      const [toy, two] = [regression({ noise: 1 }), game()]
      const before = memory().numTensors
      await last(fit(toy, lawBatches(), { ...base, ...options }))
      await last(fit(two, lawBatches(), { ...base, ...options }))
      expect(memory().numTensors).toBe(before)
      const prints = [await fingerprint(toy), await fingerprint(two)]
      toy.dispose()
      two.dispose()
      return prints
    }
    expect(await trained({ validation: { ...validation, every: 3 } })).toEqual(await trained({}))
  })

  it('draws the same each time, and others than the training', async () => {
    const model = regression({ noise: 1 })
    const still = { ...base, optimizer: sgd({ learningRate: 0 }), ema: 0 }
    const found = measured(await collect(fit(model, lawBatches(), { ...still, validation })))
    expect(new Set(found.map(({ score }) => score)).size).toBe(1)
    const same = measured(await collect(fit(model, lawBatches(), { ...still, key: key(2), validation })))
    expect(same[0]!.score).not.toBe(found[0]!.score)
    model.dispose()
  })

  it('keeps the checkpoint with the lowest score, wherever it is reached', async () => {
    const model = regression()
    const store = memoryStore()
    const scores = [3, 1, 2, 5]
    const score = () => scores.shift()!
    const options = { ...base, steps: 16, validation: { ...validation, score } }
    const events = await collect(fit(model, lawBatches(), { ...options, checkpoints: { store, every: 100, keep: 1 } }))
    expect(measured(events).map(({ best }) => best)).toEqual([true, true, false, false])
    expect(await store.list()).toEqual([8, 16])
    expect(await loadCheckpoint(model, store, { step: 'best' })).toBe(8)
    model.dispose()
  })

  it('ends the run when the score falls no more, and a resume does not go on', async () => {
    const model = regression()
    const store = memoryStore()
    const run = async (scores: number[], resume: boolean): Promise<FitEvent[]> => {
      const stall = { ...validation, patience: 2, score: () => scores.shift()! }
      const options = { ...base, steps: 100, validation: stall, checkpoints: { store, every: 7 }, resume }
      return collect(fit(model, lawBatches(), options))
    }
    expect((await run([3, 2, 4, 2, 0], false)).at(-1)).toMatchObject({ step: 16, reason: 'stalled' })
    expect(await run([0], true)).toMatchObject([{ type: 'end', step: 16, reason: 'stalled' }])
    model.dispose()
  })

  it('is part of what a resumed run must have in common', async () => {
    const model = regression()
    const store = memoryStore()
    const checkpoints = { store, every: 4 }
    await last(fit(model, lawBatches(), { ...base, steps: 4, validation, checkpoints }))
    const other = { ...base, validation: { ...validation, count: 4 }, checkpoints, resume: true }
    await expect(last(fit(model, lawBatches(), other))).rejects.toThrow(
      'expected validation.count 3 as in the checkpoint',
    )
    model.dispose()
  })

  it.each<[string, object, string]>([
    ['every', { every: 0 }, 'train.fit: expected validation.every'],
    ['count', { count: 1.5 }, 'train.fit: expected validation.count'],
    ['patience', { patience: 0 }, 'train.fit: expected validation.patience'],
    ['patience of a game', { patience: 3 }, 'train.fit: expected a validation.score with patience for several players'],
  ])('refuses a wrong %s at once', (_name, change, message) => {
    const model = game()
    expect(() => fit(model, lawBatches(), { ...base, validation: { ...validation, ...change } })).toThrow(message)
    model.dispose()
  })

  it('leaves nothing where a batch is broken, and names it', async () => {
    const model = regression()
    const before = memory().numTensors
    const broken = {
      at: (index: number) => {
        if (index === 1) throw new Error('no such file')
        return heldOut.at(index)
      },
    }
    await expect(
      last(fit(model, lawBatches(), { ...base, validation: { ...validation, batches: broken } })),
    ).rejects.toThrow('no such file')
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })
})
