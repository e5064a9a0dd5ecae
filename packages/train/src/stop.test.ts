import { key, useBackend } from '@gen/backend'
import type { Trainable } from '@gen/model'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fit } from './fit.ts'
import { lawBatches, regression, type ToyBatch } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import { adamW } from './optimizers/adam.ts'
import { sgd } from './optimizers/sgd.ts'

const base = { steps: 5, optimizer: sgd({ learningRate: 0.1 }), key: key(1) }

beforeAll(async () => {
  await useBackend('cpu')
})

describe('a run that stops early', () => {
  it('ends with the step at hand when it is aborted', async () => {
    const model = regression()
    const controller = new AbortController()
    const types: string[] = []
    for await (const event of fit(model, lawBatches(), { ...base, signal: controller.signal })) {
      types.push(event.type === 'end' ? event.reason : `${event.type} ${event.step}`)
      if (event.step === 2) controller.abort()
    }
    expect(types).toEqual(['step 1', 'step 2', 'aborted'])
    model.dispose()
  })

  it('lets timers and signals through', async () => {
    const model = regression()
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    const { reason } = await last(fit(model, lawBatches(), { ...base, steps: 1e7, signal: controller.signal }))
    expect(reason).toBe('aborted')
    model.dispose()
  })

  it.each(['break', 'throw'])('keeps no tensor after a %s, at any event', async (way) => {
    for (let stop = 1; stop <= 8; stop++) {
      const model = regression()
      const before = memory().numTensors
      let seen = 0
      const consume = async () => {
        const options = { ...base, steps: 4, optimizer: adamW(), ema: 0.9, sampleEvery: 1 }
        for await (const _event of fit(model, lawBatches(), options)) {
          if (++seen < stop) continue
          if (way === 'throw') throw new Error('enough')
          break
        }
      }
      if (way === 'throw') await expect(consume()).rejects.toThrow('enough')
      else await consume()
      expect(memory().numTensors).toBe(before)
      model.dispose()
    }
  })

  it('keeps no tensor and no tape when the loss throws, and passes the error on', async () => {
    const model = regression()
    const [player] = model.players
    let calls = 0
    const faulty: Trainable<ToyBatch> = {
      players: [
        {
          ...player!,
          loss(batch, k) {
            const losses = player!.loss(batch, k)
            if (++calls === 3) throw new Error('broken loss')
            return losses
          },
        },
      ],
    }
    const before = memory().numTensors
    await expect(last(fit(faulty, lawBatches(), { ...base, accumulate: 2, ema: 0.9 }))).rejects.toThrow('broken loss')
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })

  it('does nothing until it is iterated', () => {
    const model = regression()
    const before = memory().numTensors
    fit(model, lawBatches(), { ...base, ema: 0.9 })
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })
})
