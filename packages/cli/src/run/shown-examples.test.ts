import { expect, it } from 'vitest'
import { shownExamples } from './shown-examples.ts'

it.each([
  [[0, 0, 0, 1, 1, 1], 4, [5, 2, 4, 1]],
  [[0, 0, 0, 0, 1], 4, [4, 3, 2, 1]],
  [[1, 1], 4, [1, 0]],
  [[0, 0, 0], 2, [2, 1]],
])('of labels %j, %i of them are %j', (labels, count, expected) => {
  expect(shownExamples(labels, count)).toEqual(expected)
})
