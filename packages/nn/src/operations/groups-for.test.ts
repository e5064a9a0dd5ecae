import { expect, it } from 'vitest'
import { groupsFor } from '../index.ts'

it.each([
  // At least 4 channels a group, so one group below 8.
  [1, 8, 1],
  [4, 8, 1],
  [7, 8, 1],
  [8, 8, 2],
  [12, 8, 3],
  [16, 8, 4],
  // The largest divisor, not the largest number.
  [20, 8, 5],
  [28, 8, 7],
  [36, 8, 6],
  [44, 8, 4],
  [46, 8, 2],
  [47, 8, 1],
  // At most so many.
  [96, 8, 8],
  [128, 32, 32],
  [64, 32, 16],
  [96, 1, 1],
])('%i channels, at most %i groups: %i', (channels, most, groups) => {
  expect(groupsFor(channels, most)).toBe(groups)
})

it('makes at most 8 groups unless told', () => expect(groupsFor(960)).toBe(8))
