/** Products of float64 matrices, in blocks that stay in cache. @module */
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { type Grid, rowsAt, turned } from '../arithmetic/kernels.ts'
import { assertSize } from '../matrices/assert-size.ts'
import { type Matrix64, zeroMatrix } from '../matrices/matrix.ts'

/** Rows, columns and inner indices at a time: two factors and a result of 2 MiB each. */
const block = 512

/** A factor, as it lies in memory or transposed. */
interface Factor {
  readonly matrix: Matrix64
  readonly transposed: boolean
}

/** `a · b`. */
export function product(a: Matrix64, b: Matrix64): Matrix64 {
  assertSize('product', 'rows of b, as a has columns', a.columns, b.rows)
  return multiplied('product', [a.rows, b.columns, a.columns], plain(a), plain(b))
}

/** `aᵀ · b`. */
export function crossProduct(a: Matrix64, b: Matrix64): Matrix64 {
  assertSize('crossProduct', 'rows of b, as a has', a.rows, b.rows)
  return multiplied('crossProduct', [a.columns, b.columns, a.rows], flipped(a), plain(b))
}

/** `a · bᵀ`. */
export function rowProducts(a: Matrix64, b: Matrix64): Matrix64 {
  assertSize('rowProducts', 'columns of b, as a has', a.columns, b.columns)
  return multiplied('rowProducts', [a.rows, b.rows, a.columns], plain(a), flipped(b))
}

/** `aᵀ · a`, at half the cost. */
export function gram(a: Matrix64): Matrix64 {
  const out = multiplied('gram', [a.columns, a.columns, a.rows], flipped(a), plain(a))
  const n = out.rows
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out.data[i * n + j] = out.data[j * n + i]!
  return out
}

const plain = (matrix: Matrix64): Factor => ({ matrix, transposed: false })
const flipped = (matrix: Matrix64): Factor => ({ matrix, transposed: true })

/** The product, block by block; of a matrix with itself only what is on the diagonal and above. */
function multiplied(where: string, sizes: [number, number, number], a: Factor, b: Factor): Matrix64 {
  const [rows, columns, inner] = sizes
  const out = zeroMatrix(rows, columns)
  const [high, wide, deep] = sizes.map((size) => Math.min(size, block)) as [number, number, number]
  const symmetric = where === 'gram'
  inArena(where, high * deep + deep * wide + high * wide, (arena) => {
    const places = { a: arena.take(high * deep), b: arena.take(deep * wide), c: arena.take(high * wide) }
    for (let i = 0; i < rows; i += block) {
      for (let j = symmetric ? i : 0; j < columns; j += block) {
        const size = { rows: Math.min(block, rows - i), columns: Math.min(block, columns - j) }
        const c = rowsAt(places.c, size.columns)
        arena.numbers.fill(0, c.at, c.at + size.rows * size.columns)
        for (let k = 0; k < inner; k += block) {
          const length = Math.min(block, inner - k)
          const left = load(arena, a, i, k, size.rows, length, places.a)
          const same = symmetric && i === j
          const right = same ? turned(left) : load(arena, b, k, j, length, size.columns, places.b)
          arena.multiply(same ? 'upper' : 'all', size.rows, size.columns, length, 1, left, right, c)
        }
        for (let row = 0; row < size.rows; row++) {
          const at = c.at + row * size.columns
          out.data.set(arena.numbers.subarray(at, at + size.columns), (i + row) * columns + j)
        }
      }
    }
  })
  return out
}

/** Copies a block of a factor into the arena, as it lies. */
function load(
  arena: Arena,
  { matrix, transposed }: Factor,
  row: number,
  column: number,
  rows: number,
  columns: number,
  at: number,
): Grid {
  if (transposed) return turned(loadRows(arena, matrix, column, row, columns, rows, at))
  return loadRows(arena, matrix, row, column, rows, columns, at)
}

function loadRows(
  { numbers }: Arena,
  { columns: stride, data }: Matrix64,
  row: number,
  column: number,
  rows: number,
  columns: number,
  at: number,
): Grid {
  if (columns === stride) numbers.set(data.subarray(row * stride, (row + rows) * stride), at)
  else {
    for (let i = 0; i < rows; i++) {
      const from = (row + i) * stride + column
      numbers.set(data.subarray(from, from + columns), at + i * columns)
    }
  }
  return rowsAt(at, columns)
}
