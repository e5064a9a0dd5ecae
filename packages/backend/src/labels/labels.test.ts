/** Labels that are given as tensors are checked by value, on every kind of device. */
import { fill, ones, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { useBackend } from '../index.ts'
import { labelTensor, poisonUnknown } from './labels.ts'

const device = vi.hoisted(() => ({ readsAtOnce: true }))
vi.mock('../backends/active.ts', async (original) => ({
  ...(await original<object>()),
  readsAtOnce: () => device.readsAtOnce,
}))

beforeAll(async () => {
  await useBackend('cpu')
})

afterEach(() => {
  device.readsAtOnce = true
})

const bounds = { rows: 3, classes: 3 }
const strange = [3, -1, 0.5, Number.NaN, 2.999, -0.25, 1e9, Number.POSITIVE_INFINITY]
const middle = (value: number) => tidy(() => labelTensor('here', tensor1d([0, value, 2], 'float32'), bounds)!)

describe('labels in the memory of the host', () => {
  it.each(strange)('are refused at once: %f', (value) => {
    expect(() => middle(value)).toThrow(`here: expected labels from 0 to 2, got ${Math.fround(value)}`)
  })

  it('name the remedy for a class too many and for what is no count', () => {
    expect(() => middle(7)).toThrow('got 7; raise classes')
    expect(() => middle(0.5)).toThrow('got 0.5; count the classes from 0, in whole numbers')
  })

  it('may be the number of classes only where that means no class', () => {
    const labels = tensor1d([0, 3, 2], 'int32')
    expect(() => labelTensor('here', labels, bounds)).toThrow('got 3')
    const known = labelTensor('here', labels, { ...bounds, noClass: true })!
    expect([...known.dataSync()]).toEqual([0, 3, 2])
    const one = ones([3, 2])
    expect(poisonUnknown(one, known)).toBe(one)
    for (const tensor of [labels, known, one]) tensor.dispose()
  })
})

describe('what is no list of labels', () => {
  const lists: unknown[] = [
    [0, undefined, 2],
    Object.assign(Array<number>(3), { 0: 0, 2: 2 }),
    [0, null, 2],
    [0n, 1n, 2n],
    ['0', '1', '2'],
    [true, false, true],
  ]
  it.each(lists.map((list) => [list]))('is refused, though it is as long: %o', (labels) => {
    expect(() => labelTensor('here', labels as number[], bounds)).toThrow(/here: expected labels from 0 to 2, got/)
  })

  it.each([null, '012', true, {}, () => 1])('is refused by name: %o', (labels) => {
    expect(() => labelTensor('here', labels as never, bounds)).toThrow(
      /here: expected labels as a number, numbers or a/,
    )
  })

  it('is a tensor that is disposed', () => {
    const labels = tensor1d([0, 1, 2])
    labels.dispose()
    expect(() => labelTensor('here', labels, bounds)).toThrow(
      'here: expected labels in a tensor, got one that is disposed',
    )
  })
})

describe('labels on a GPU', () => {
  it.each(strange)('poison their row: %f', (value) => {
    device.readsAtOnce = false
    const label = middle(value)
    expect([label.dtype, ...label.dataSync()]).toEqual(['int32', 0, -1, 2])
    const [table, scalar] = tidy(() => [
      poisonUnknown(fill([3, 2], 5), label).dataSync(),
      poisonUnknown(fill([], 5), label).dataSync(),
    ])
    expect([...table]).toEqual([5, 5, Number.NaN, Number.NaN, 5, 5])
    expect([...scalar]).toEqual([Number.NaN])
    label.dispose()
  })

  it('leave all as it is where they are classes', () => {
    device.readsAtOnce = false
    tidy(() => {
      const label = labelTensor('here', tensor1d([0, 3, 2], 'int32'), { ...bounds, noClass: true })!
      const table = poisonUnknown(
        tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        label,
      )
      expect([...table.dataSync(), ...label.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 0, 3, 2])
    })
  })
})
