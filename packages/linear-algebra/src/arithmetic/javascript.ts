/** The inner loops in JavaScript, for engines that refuse WebAssembly or its SIMD. @module */
import { dotFrom } from '../products/dot-product.ts'
import { javascriptMultiply } from './javascript-multiply.ts'
import type { Grid, Kernels } from './kernels.ts'

/** {@link Kernels} over an array. */
export function javascriptKernels(numbers: Float64Array): Kernels {
  return {
    multiply: javascriptMultiply(numbers),
    timesVector: (rows, columns, factor, a, x, y, yStep = 1) => {
      for (let i = 0; i < rows; i++)
        numbers[y + i * yStep]! += factor * dotFrom(numbers, a.at + i * a.row, numbers, x, columns)
    },
    transposedTimesVector: (rows, columns, factor, a, x, y, xStep = 1) => {
      for (let i = 0; i < rows; i++) addRow(numbers, columns, factor * numbers[x + i * xStep]!, a.at + i * a.row, y)
    },
    addOuter: (rows, columns, factor, x, y, a, xStep = 1) => {
      for (let i = 0; i < rows; i++) addRow(numbers, columns, factor * numbers[x + i * xStep]!, y, a.at + i * a.row)
    },
    turn: (length, cosine, sine, x, y) => {
      for (let k = 0; k < length; k++) {
        const u = numbers[x + k]!
        const v = numbers[y + k]!
        numbers[x + k] = cosine * u + sine * v
        numbers[y + k] = cosine * v - sine * u
      }
    },
    solveTriangle: (backward, rows, columns, l, x) => {
      for (let step = 0; step < rows; step++) solveRow(numbers, backward, rows, step, columns, l, x)
    },
  }
}

function solveRow(
  numbers: Float64Array,
  backward: boolean,
  rows: number,
  step: number,
  columns: number,
  l: Grid,
  x: Grid,
): void {
  const i = backward ? rows - 1 - step : step
  const row = x.at + i * x.row
  for (let k = 0; k < step; k++) {
    const other = backward ? rows - 1 - k : k
    addRow(numbers, columns, -numbers[l.at + i * l.row + other * l.column]!, x.at + other * x.row, row)
  }
  const divisor = numbers[l.at + i * (l.row + l.column)]!
  for (let j = 0; j < columns; j++) numbers[row + j]! /= divisor
}

function addRow(numbers: Float64Array, length: number, factor: number, from: number, to: number): void {
  for (let k = 0; k < length; k++) numbers[to + k]! += factor * numbers[from + k]!
}
