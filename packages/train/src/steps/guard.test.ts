import { key, useBackend } from '@gen/backend'
import type { Trainable } from '@gen/model'
import { div, mean, square } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fit } from '../fit.ts'
import { game, lawBatches, poisoned, regression, type ToyBatch } from '../fixtures/toy-models.ts'
import { last } from '../last.ts'
import { sgd } from '../optimizers/sgd.ts'

const base = { steps: 5, optimizer: sgd({ learningRate: 0.1 }), key: key(1) }

beforeAll(async () => {
  await useBackend('cpu')
})

describe('numbers that are not finite', () => {
  it('in a batch are named before anything is trained on them', async () => {
    const model = regression()
    let step = 0
    let weights: number[] = []
    const run = async () => {
      for await (const event of fit(model, poisoned(3, Number.NaN), base)) {
        step = event.step
        weights = [...model.weight.dataSync()]
      }
    }
    await expect(run()).rejects.toMatchObject({
      code: 'non-finite',
      message: 'train.fit: expected finite numbers in batch 3, got NaN at x[1, 2]; clean the data',
      details: { batch: 3, tensor: 'x', at: [1, 2] },
    })
    expect(step).toBe(3)
    expect([...model.weight.dataSync()]).toEqual(weights)
    model.dispose()
  })

  it('are named even where the loss does not see them', async () => {
    const model = regression()
    const [player] = model.players
    const blind: Trainable<ToyBatch> = {
      players: [{ ...player!, loss: () => ({ total: mean(square(model.weight)) }) }],
    }
    await expect(last(fit(blind, poisoned(0, Number.NEGATIVE_INFINITY), base))).rejects.toThrow(
      'batch 0, got -Infinity',
    )
    model.dispose()
  })

  it('in a loss stop the run with step, player and largest gradient, and change nothing', async () => {
    const model = regression()
    const failing = last(fit(model, lawBatches(), { ...base, steps: 1000, optimizer: sgd({ learningRate: 1e6 }) }))
    const error = await failing.catch((reason) => reason)
    expect(error.code).toBe('non-finite')
    expect(error.message).toMatch(
      /^train\.fit: expected finite losses and gradients of player regression at step \d+, got total \S+ and gradient norm \S+, the largest gradient regression\/\d \(\S+\) with norm \S+; lower the learning rate or pass clipNorm: 1$/,
    )
    expect(error.details.step).toBeGreaterThan(1)
    for (const value of [...model.weight.dataSync(), ...model.bias.dataSync()]) expect(value).toSatisfy(Number.isFinite)
    model.dispose()
  })

  it('put the state of a player back as it was', async () => {
    const model = game()
    const [leader, follower] = model.players
    const bad: Trainable<ToyBatch> = {
      players: [{ ...leader!, loss: (batch, k) => ({ total: div(leader!.loss(batch, k).total, 0) }) }, follower!],
    }
    await expect(last(fit(bad, lawBatches(), base))).rejects.toThrow('player leader at step 1')
    expect(model.all[2]!.dataSync()[0]).toBe(0)
    model.dispose()
  })
})
