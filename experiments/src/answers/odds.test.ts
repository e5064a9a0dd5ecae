import { expect, it } from 'vitest'
import { pooled, possible, shareOf, totalVariation } from './odds.ts'

const truth = [
  { state: 4, frame: 4, probability: 0.25 },
  { state: 7, frame: 7, probability: 0.75 },
]
const moved = truth.map((outcome) => ({ ...outcome, frame: outcome.frame + 1 }))

it('total variation is 0 for the odds themselves and 1 for what cannot be', () => {
  expect(totalVariation({ truth, answers: [4, 7, 7, 7] })).toBe(0)
  expect(totalVariation({ truth, answers: ['none', 'none'] })).toBe(1)
  expect(totalVariation({ truth, answers: [9] })).toBe(1)
  expect(totalVariation({ truth, answers: [4, 4, 7, 'none'] })).toBeCloseTo(0.5)
})

it('pooled states with the same odds make up for each other, outcome by outcome', () => {
  const all = [
    { truth, answers: [4, 4] },
    { truth: moved, answers: [8, 8, 8, 8, 8, 8] },
  ]
  for (const [i, distance] of [0.75, 0.25].entries()) expect(totalVariation(all[i]!)).toBeCloseTo(distance, 12)
  expect(pooled(all)).toEqual({ mean: 0, largest: 0 })
  expect(shareOf(all, 2, 0)).toBe(0.25)
})

it('tells what can follow from what cannot and from what is nothing', () => {
  expect(possible([{ truth, answers: [4, 7, 9, 'none'] }])).toEqual({ possible: 0.5, impossible: 0.25, none: 0.25 })
})
