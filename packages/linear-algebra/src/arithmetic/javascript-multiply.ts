/** The matrix product in JavaScript, in tiles whose sums V8 keeps in registers. @module */
import type { Grid, Kernels, Part } from './kernels.ts'

const depth = 256

/** The product over an array. */
export function javascriptMultiply(numbers: Float64Array): Kernels['multiply'] {
  return (part, rows, columns, inner, factor, a, b, c) => {
    const left = new Float64Array(Math.ceil(rows / 4) * 4 * depth)
    const right = new Float64Array(Math.ceil(columns / 4) * 4 * depth)
    for (let k = 0; k < inner; k += depth) {
      const length = Math.min(depth, inner - k)
      pack(numbers, { at: a.at + k * a.column, row: a.row, column: a.column }, rows, length, factor, left)
      pack(numbers, { at: b.at + k * b.row, row: b.column, column: b.row }, columns, length, 1, right)
      for (let i = 0; i < rows; i += 4) {
        for (let j = 0; j < columns; j += 4) {
          if (outside(part, i, j)) continue
          const to = { numbers, at: c.at + i * c.row + j, row: c.row, rows: rows - i, columns: columns - j }
          addHalfTile(left, i * depth, right, j * depth, length, to)
          if (columns - j > 2) {
            addHalfTile(left, i * depth, right, j * depth + 2, length, {
              ...to,
              at: to.at + 2,
              columns: to.columns - 2,
            })
          }
        }
      }
    }
  }
}

function outside(part: Part, row: number, column: number): boolean {
  return part === 'upper' ? row > column : part === 'lower' ? column > row : false
}

/** Panels of four rows, the four numbers of each inner index side by side; missing rows keep what they held. */
function pack(
  numbers: Float64Array,
  { at, row, column }: Grid,
  rows: number,
  length: number,
  factor: number,
  packed: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    const to = (i >> 2) * 4 * depth + (i & 3)
    for (let k = 0; k < length; k++) packed[to + 4 * k] = factor * numbers[at + i * row + k * column]!
  }
}

/** Where a tile goes, and how much of the result is there. */
interface Target {
  readonly numbers: Float64Array
  readonly at: number
  readonly row: number
  readonly rows: number
  readonly columns: number
}

/** A tile of 4 × 2 sums: eight fit into registers. */
function addHalfTile(left: Float64Array, l: number, right: Float64Array, r: number, length: number, to: Target): void {
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let k = 0, p = l, q = r; k < length; k++, p += 4, q += 4) {
    const x = right[q]!
    const y = right[q + 1]!
    const u = left[p]!
    const v = left[p + 1]!
    const w = left[p + 2]!
    const z = left[p + 3]!
    a0 += u * x
    b0 += u * y
    a1 += v * x
    b1 += v * y
    a2 += w * x
    b2 += w * y
    a3 += z * x
    b3 += z * y
  }
  put(to, 0, a0, a1, a2, a3)
  if (to.columns > 1) put(to, 1, b0, b1, b2, b3)
}

function put({ numbers, at, row, rows }: Target, column: number, a: number, b: number, c: number, d: number): void {
  const first = at + column
  numbers[first]! += a
  if (rows > 1) numbers[first + row]! += b
  if (rows > 2) numbers[first + 2 * row]! += c
  if (rows > 3) numbers[first + 3 * row]! += d
}
