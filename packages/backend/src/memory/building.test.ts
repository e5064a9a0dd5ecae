import { variable, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { allOrNothing, claimWeights, useBackend } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const weight = (size: number) => {
  claimWeights('here', [size])
  const start = zeros([2])
  const made = variable(start)
  start.dispose()
  return made
}

it('keeps what was built, and frees what was not to be', () => {
  const before = weight(1)
  const kept = allOrNothing(() => [weight(1), allOrNothing(() => weight(2))])
  const failing = () =>
    allOrNothing(() => {
      weight(1)
      allOrNothing(() => weight(2))
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  for (const made of [before, ...kept]) {
    expect([...made.dataSync()]).toEqual([0, 0])
    made.dispose()
  }
})

it('refuses one weight that is too large, anywhere', () => {
  claimWeights('here', [2 ** 13, 2 ** 13])
  const message = 'here: expected a weight of at most 67108864 numbers, got 67117056 with [8192, 8193]; lower the sizes'
  expect(() => claimWeights('here', [2 ** 13, 2 ** 13 + 1])).toThrow(message)
  expect(() => claimWeights('here', [1e200, 1e200])).toThrow('got Infinity')
})

it('refuses many large ones within one model, also in its parts, and begins anew with the next', () => {
  const quarter = () => claimWeights('here', [2 ** 26])
  const four = () => {
    quarter()
    allOrNothing(quarter)
    quarter()
    quarter()
  }
  const five = () => {
    four()
    claimWeights('here', [1])
  }
  allOrNothing(four)
  expect(() => allOrNothing(five)).toThrow('expected at most 268435456 numbers in all weights, got 268435457')
  allOrNothing(four)
  five()
})
