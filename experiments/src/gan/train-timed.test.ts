import { key, useBackend } from '@gen/backend'
import { adam, type Trainable } from '@gen/train'
import { ones, square, sub, sum, type Tensor, tidy, variable, zeros } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { fallingRate, type Mark, trainTimed } from './train-timed.ts'

beforeAll(async () => {
  await useBackend('cpu')
})
afterEach(() => vi.restoreAllMocks())

it('measures at each mark, raw and averaged, and at last at the end; measuring takes no time of the training', async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => 1000 * now)
  const weight = tidy(() => variable(zeros([2])))
  const model: Trainable<{ x: Tensor }> = {
    players: [
      {
        name: 'generator',
        variables: () => [weight],
        loss: ({ x }) => ({ total: sum(square(sub(x, weight))) }),
      },
    ],
  }
  const batches = {
    at: () => {
      now += 0.051
      return { x: ones([2]) }
    },
  }
  const marks: (Mark & { weight: number })[] = []
  const { steps, millisecondsPerStep } = await trainTimed(model, batches, {
    minutes: 0.2,
    optimizer: (planned) => adam({ learningRate: fallingRate({ from: 0.1, to: 0.001 }, planned) }),
    key: key(0),
    ema: 0.9,
    marks: 4,
    measure: async (mark) => {
      marks.push({ ...mark, weight: weight.dataSync()[0]! })
      now += 7
    },
    progress: () => {},
  })
  expect(steps).toBe(235)
  expect(millisecondsPerStep).toBeCloseTo(51, 6)
  expect(marks.map(({ weights }) => weights)).toEqual(Array(4).fill(['raw', 'ema']).flat())
  expect(marks.map(({ step }) => step)).toEqual([60, 60, 120, 120, 180, 180, 235, 235])
  expect(marks.map(({ last }) => last)).toEqual([...Array(6).fill(false), true, true])
  expect(marks.at(-1)!.minutes).toBeCloseTo((235 * 0.051) / 60, 6)
  expect(marks[0]!.weight).not.toBe(marks[1]!.weight)
  weight.dispose()
})

it('a rate that falls by a like share in each step ends where it shall', () => {
  const rate = fallingRate({ from: 1e-3, to: 2e-5 }, 1000)
  expect(rate(0)).toBe(1e-3)
  expect(rate(500) ** 2).toBeCloseTo(rate(0) * rate(1000), 12)
  expect(rate(1000)).toBeCloseTo(2e-5, 10)
})
