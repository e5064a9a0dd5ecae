/** Labels that are drawn depend on the key and the row alone. */
import { beforeAll, expect, it } from 'vitest'
import { key, useBackend } from '../index.ts'
import { labelsOrDrawn } from './drawn-labels.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

function drawn(rows: number, seed: number): number[] {
  const label = labelsOrDrawn('demo.f', undefined, { rows, classes: 3 }, key(seed))!
  expect([label.dtype, label.shape]).toEqual(['int32', [rows]])
  const values = [...label.dataSync()]
  label.dispose()
  return values
}

it('draws every class as often as the others, row by row', () => {
  const many = drawn(3000, 1)
  // Five standard deviations of a count.
  const far = 5 * Math.sqrt((3000 * 2) / 9)
  for (const i of [0, 1, 2]) expect(Math.abs(many.filter((label) => label === i).length - 1000)).toBeLessThan(far)
  expect(drawn(5, 1)).toEqual(many.slice(0, 5))
  expect(drawn(3000, 2)).not.toEqual(many)
})

it('takes those that are given, and none for a model without classes', () => {
  const given = labelsOrDrawn('demo.f', [2, 0], { rows: 2, classes: 3 }, key(0))!
  expect([...given.dataSync()]).toEqual([2, 0])
  given.dispose()
  expect(labelsOrDrawn('demo.f', undefined, { rows: 2, classes: 0 }, key(0))).toBeUndefined()
  expect(() => labelsOrDrawn('demo.f', 0, { rows: 2, classes: 0 }, key(0))).toThrow(
    expect.objectContaining({ code: 'config' }),
  )
})
