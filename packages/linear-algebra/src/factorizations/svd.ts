/** Singular values, accurate to the last ones. @module */
import { type Matrix64, rowOf, transposed, zeroMatrix } from '../matrices/matrix.ts'
import { dotProduct } from '../products/dot-product.ts'
import { gram, product } from '../products/product.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** `A = U · diag(values) · Vᵀ`, with as many columns in U and V as A has rows or columns, whichever are fewer. */
export interface Svd {
  readonly u: Matrix64
  /** From the largest to the smallest. */
  readonly values: Float64Array
  readonly v: Matrix64
}

const epsilon = 2 ** -52

/**
 * Decomposes by one-sided Jacobi rotations, started at the eigenvectors of AᵀA: there the columns are almost orthogonal
 * already, so a sweep or two give all singular values their full accuracy, which the eigenvectors alone would not.
 *
 * Where A is rank deficient, U and V are completed to orthonormal columns.
 */
export function svd(a: Matrix64): Svd {
  if (a.rows < a.columns) {
    const { u, values, v } = svd(transposed(a))
    return { u: v, values, v: u }
  }
  const start = symmetricEigen(gram(a)).vectors
  // Columns as rows, so that a rotation runs along memory.
  const columns = transposed(product(a, start))
  const turned = transposed(start)
  for (let sweep = 0; sweep < 30; sweep++) if (!rotateAll(columns, turned)) break
  const lengths = Float64Array.from({ length: a.columns }, (_, i) =>
    Math.sqrt(dotProduct(rowOf(columns, i), rowOf(columns, i))),
  )
  const order = [...lengths.keys()].sort((i, j) => lengths[j]! - lengths[i]!)
  const values = Float64Array.from(order, (i) => lengths[i]!)
  const u = zeroMatrix(a.columns, a.rows)
  const v = zeroMatrix(a.columns, a.columns)
  const least = values[0]! * epsilon * a.rows
  order.forEach((from, to) => {
    v.data.set(rowOf(turned, from), to * a.columns)
    if (lengths[from]! > least)
      u.data.set(
        rowOf(columns, from).map((value) => value / lengths[from]!),
        to * a.rows,
      )
    else completeRow(u, to)
  })
  return { u: transposed(u), values, v: transposed(v) }
}

/** One sweep over all pairs; says whether any needed a rotation. */
function rotateAll(columns: Matrix64, turned: Matrix64): boolean {
  const n = columns.rows
  const squares = Float64Array.from({ length: n }, (_, i) => dotProduct(rowOf(columns, i), rowOf(columns, i)))
  const negligible = Math.max(...squares) * (epsilon * columns.columns) ** 2
  let rotated = false
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const [x, y] = [rowOf(columns, i), rowOf(columns, j)]
      if (squares[i]! <= negligible || squares[j]! <= negligible) continue
      const between = dotProduct(x, y)
      if (Math.abs(between) <= 16 * epsilon * Math.sqrt(squares[i]! * squares[j]!)) continue
      rotated = true
      const zeta = (squares[j]! - squares[i]!) / (2 * between)
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
      rotate(x, y, tangent)
      rotate(rowOf(turned, i), rowOf(turned, j), tangent)
      squares[i] = dotProduct(x, x)
      squares[j] = dotProduct(y, y)
    }
  }
  return rotated
}

function rotate(x: Float64Array, y: Float64Array, tangent: number): void {
  const cosine = 1 / Math.sqrt(1 + tangent * tangent)
  const sine = cosine * tangent
  for (let k = 0; k < x.length; k++) {
    const u = x[k]!
    const v = y[k]!
    x[k] = cosine * u - sine * v
    y[k] = sine * u + cosine * v
  }
}

/** Makes a row a unit vector that is orthogonal to the rows above it. */
function completeRow(basis: Matrix64, row: number): void {
  const target = rowOf(basis, row)
  for (let axis = 0; axis < basis.columns; axis++) {
    target.fill(0)
    target[axis] = 1
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < row; i++) {
        const other = rowOf(basis, i)
        const along = dotProduct(target, other)
        for (let k = 0; k < target.length; k++) target[k]! -= along * other[k]!
      }
    }
    const length = Math.sqrt(dotProduct(target, target))
    if (length > 0.5 / Math.sqrt(basis.columns)) {
      for (let k = 0; k < target.length; k++) target[k]! /= length
      return
    }
  }
}
