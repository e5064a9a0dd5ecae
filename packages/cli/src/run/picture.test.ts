import { describe, expect, it } from 'vitest'
import { classColumns, columnsOf } from './picture.ts'

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
