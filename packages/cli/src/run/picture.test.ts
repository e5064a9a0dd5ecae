import { zeros } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { classColumns, columnsOf, pictureOf } from './picture.ts'

describe('columnsOf', () => {
  it('keeps each class in its own columns, near a square', () => {
    expect(columnsOf(64, 10)).toBe(10)
    expect(columnsOf(400, 10)).toBe(20)
    expect(columnsOf(64, 2)).toBe(8)
    expect(columnsOf(64, 3)).toBe(9)
  })

  it('leaves the grid as it is without classes, or with more classes than samples', () => {
    expect([columnsOf(64), columnsOf(64, 0), columnsOf(64, 1), columnsOf(5, 10)]).toEqual(new Array(4).fill(undefined))
  })
})

describe('classColumns', () => {
  it('names each column by the class that its samples have', () => {
    const { columns = 0, names = [] } = classColumns(64, [7, 1])
    expect([columns, names.length]).toEqual([8, 8])
    expect(names.slice(0, 3)).toEqual(['class 7', 'class 1', 'class 7'])
    expect(classColumns(64, [])).toEqual({})
  })
})

describe('pictureOf', () => {
  it.each([
    [1, false],
    [2, false],
    [5, true],
  ])('of points of %s numbers tells by a title what is left out: %s', async (size, told) => {
    const points = zeros([3, size])
    const { file } = await pictureOf(points)
    points.dispose()
    expect(String(file).includes(`x0 and x1 of ${size} columns`)).toBe(told)
  })
})
