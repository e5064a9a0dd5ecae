import { key, useBackend } from '@gen/backend'
import type { Trainable } from '@gen/model'
import { type Scalar, scalar, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fit } from './fit.ts'
import type { FitOptions } from './fit-options.ts'
import { game, lawBatches, regression, type ToyBatch } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import { sgd } from './optimizers/sgd.ts'

const base = { steps: 5, optimizer: sgd({ learningRate: 0.1 }), key: key(1) }

beforeAll(async () => {
  await useBackend('cpu')
})

describe('what cannot be trained is refused with a name and a remedy', () => {
  const refused = (change: Partial<FitOptions>, model: Trainable<ToyBatch> = game()) => {
    const attempt = () => fit(model, lawBatches(), { ...base, ...change })
    return { attempt, free: () => 'dispose' in model && (model as ReturnType<typeof game>).dispose() }
  }

  it.each<[string, Partial<FitOptions>, string]>([
    ['steps', { steps: -1 }, 'expected steps'],
    ['steps and a time', { until: { seconds: 1 } }, 'expected either steps or until, got both'],
    ['clipNorm', { clipNorm: 0 }, 'expected clipNorm'],
    ['accumulate', { accumulate: 0 }, 'expected accumulate'],
    ['ema', { ema: 1 }, 'expected ema decay'],
    ['ema of a stranger', { ema: { decay: 0.9, players: ['nobody'] } }, 'expected ema players among leader, follower'],
    ['an optimizer too few', { optimizer: { leader: sgd() } }, 'expected one optimizer for each of leader, follower'],
    ['resume from nowhere', { resume: true }, 'expected checkpoints with resume'],
  ])('%s', (_name, change, message) => {
    const { attempt, free } = refused(change)
    expect(attempt).toThrow(message)
    free()
  })

  it('no players, two of one name, none of a name, no variables', () => {
    const { attempt, free } = refused({}, { players: [] })
    expect(attempt).toThrow('expected players of different names')
    const model = game()
    const [leader] = model.players
    expect(refused({}, { players: [leader!, leader!] }).attempt).toThrow('got leader, leader')
    expect(refused({}, { players: [{ ...leader!, name: 'a/b' }] }).attempt).toThrow('got a/b')
    expect(refused({}, { players: [{ ...leader!, variables: () => [] }] }).attempt).toThrow(
      'player leader to have variables',
    )
    model.dispose()
    free()
  })

  it('losses that are not scalars, or not there', async () => {
    const model = regression()
    const [player] = model.players
    const wrong = (losses: () => object): Trainable<ToyBatch> => ({
      players: [{ ...player!, loss: () => losses() as { total: Scalar } }],
    })
    const perSample = wrong(() => ({ total: scalar(1), each: tensor1d([1, 2]) }))
    await expect(last(fit(perSample, lawBatches(), base))).rejects.toThrow('loss each of player regression')
    await expect(
      last(
        fit(
          wrong(() => ({ loss: scalar(1) })),
          lawBatches(),
          base,
        ),
      ),
    ).rejects.toThrow('a loss called total')
    model.dispose()
  })

  it('batches that are given twice', async () => {
    const model = regression()
    const only = await lawBatches().at(0)
    await expect(last(fit(model, { at: () => only }, base))).rejects.toThrow(
      'train.fit: expected batch 1 of new tensors, got a disposed x',
    )
    model.dispose()
  })

  it('what the model itself refuses, before the first step', async () => {
    const model = regression()
    const [player] = model.players
    const seen: Tensor2D[] = []
    const picky: Trainable<ToyBatch> = {
      players: [
        {
          ...player!,
          async check({ x }) {
            seen.push(x)
            throw new Error('not this data')
          },
        },
      ],
    }
    await expect(last(fit(picky, lawBatches(), base))).rejects.toThrow('not this data')
    expect(seen).toHaveLength(1)
    model.dispose()
  })
})
