import { key, useBackend } from '@gen/backend'
import type { Trainable } from '@gen/train'
import { ones, square, sub, sum, type Tensor, tidy, variable, zeros } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { trainFor } from './train-for.ts'

beforeAll(async () => {
  await useBackend('cpu')
})
afterEach(() => vi.restoreAllMocks())

it('trains for the time, without that of its callbacks, and the rate is spent when it is over', async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => 1000 * now)
  const weight = tidy(() => variable(zeros([1])))
  const model: Trainable<{ x: Tensor }> = {
    players: [{ name: 'one', variables: () => [weight], loss: ({ x }) => ({ total: sum(square(sub(x, weight))) }) }],
  }
  const batches = {
    at: () => {
      now += 0.01
      return { x: ones([1]) }
    },
  }
  const shares: number[] = []
  const values: number[] = []
  const trained = await trainFor(model, batches, {
    seconds: 4,
    rate: 1e-3,
    key: key(0),
    onStep: (_step, losses, share) => {
      expect(losses.total).toBeGreaterThan(0)
      shares.push(share)
      values.push(weight.dataSync()[0]!)
      now += 1
    },
    sampleEvery: 50,
    onSample: async () => {
      now += 10
    },
  })
  expect(trained).toMatchObject({ steps: 400 })
  expect(trained.seconds).toBeCloseTo(4, 6)
  expect(trained.millisecondsPerStep).toBeCloseTo(10, 6)
  expect(shares[199]).toBeCloseTo(0.5, 6)
  const moved = (step: number) => values[step]! - values[step - 1]!
  // Adam moves by the rate while the gradient keeps its sign and size.
  expect(moved(1) / moved(90)).toBeLessThan(0.05)
  expect(moved(399) / moved(100)).toBeLessThan(0.01)
  weight.dispose()
})
