/** Products of float64 matrices, in blocks that stay in cache. @module */
import { assertSize } from '../matrices/assert-size.ts'
import { type Matrix64, zeroMatrix } from '../matrices/matrix.ts'

const depth = 256

/** A matrix seen through strides, so that a transposed factor costs nothing. */
interface View {
  readonly data: Float64Array
  readonly rowStride: number
  readonly columnStride: number
}

/** `a · b`. */
export function product(a: Matrix64, b: Matrix64): Matrix64 {
  assertSize('product', 'rows of b, as a has columns', a.columns, b.rows)
  const left = { data: a.data, rowStride: a.columns, columnStride: 1 }
  const right = { data: b.data, rowStride: 1, columnStride: b.columns }
  return multiply(left, right, a.rows, b.columns, a.columns)
}

/** `aᵀ · b`. */
export function crossProduct(a: Matrix64, b: Matrix64): Matrix64 {
  assertSize('crossProduct', 'rows of b, as a has', a.rows, b.rows)
  const left = { data: a.data, rowStride: 1, columnStride: a.columns }
  const right = { data: b.data, rowStride: 1, columnStride: b.columns }
  return multiply(left, right, a.columns, b.columns, a.rows)
}

/** `a · bᵀ`. */
export function rowProducts(a: Matrix64, b: Matrix64): Matrix64 {
  assertSize('rowProducts', 'columns of b, as a has', a.columns, b.columns)
  const left = { data: a.data, rowStride: a.columns, columnStride: 1 }
  const right = { data: b.data, rowStride: b.columns, columnStride: 1 }
  return multiply(left, right, a.rows, b.rows, a.columns)
}

/** `aᵀ · a`, at half the cost. */
export function gram(a: Matrix64): Matrix64 {
  const view = { data: a.data, rowStride: 1, columnStride: a.columns }
  const out = multiply(view, view, a.columns, a.columns, a.rows, true)
  const n = out.rows
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out.data[i * n + j] = out.data[j * n + i]!
  return out
}

/** Rows of `left` times rows of `right`; with `upper`, only the tiles that reach the diagonal or above. */
function multiply(left: View, right: View, rows: number, columns: number, inner: number, upper = false): Matrix64 {
  const out = zeroMatrix(rows, columns)
  const rowTiles = Math.ceil(rows / 4)
  const columnTiles = Math.ceil(columns / 4)
  const packedLeft = new Float64Array(rowTiles * 4 * depth)
  const packedRight = left === right ? packedLeft : new Float64Array(columnTiles * 4 * depth)
  for (let start = 0; start < inner; start += depth) {
    const length = Math.min(depth, inner - start)
    pack(left, rows, start, length, packedLeft)
    if (left !== right) pack(right, columns, start, length, packedRight)
    for (let i = 0; i < rowTiles; i++) {
      for (let j = upper ? i : 0; j < columnTiles; j++) {
        addTile(packedLeft, i * 4 * depth, packedRight, j * 4 * depth, length, out, i * 4, j * 4)
      }
    }
  }
  return out
}

/** Panels of four rows of the view, the four numbers of each inner index side by side; missing rows are 0. */
function pack(view: View, rows: number, start: number, length: number, packed: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    const to = (row >> 2) * 4 * depth + (row & 3)
    let from = row * view.rowStride + start * view.columnStride
    for (let k = 0; k < length; k++) {
      packed[to + 4 * k] = view.data[from]!
      from += view.columnStride
    }
  }
}

/** A tile of 4 × 4 sums, as two of 4 × 2: eight sums fit into registers. */
function addTile(
  left: Float64Array,
  l: number,
  right: Float64Array,
  r: number,
  length: number,
  out: Matrix64,
  row: number,
  column: number,
): void {
  for (let half = 0; half < 4; half += 2) {
    let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (let k = 0, p = l, q = r + half; k < length; k++, p += 4, q += 4) {
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
    put(out, row, column + half, a0, a1, a2, a3)
    put(out, row, column + half + 1, b0, b1, b2, b3)
  }
}

function put(out: Matrix64, row: number, column: number, a: number, b: number, c: number, d: number): void {
  const { rows, columns, data } = out
  if (column >= columns) return
  const at = row * columns + column
  data[at]! += a
  if (row + 1 < rows) data[at + columns]! += b
  if (row + 2 < rows) data[at + 2 * columns]! += c
  if (row + 3 < rows) data[at + 3 * columns]! += d
}
