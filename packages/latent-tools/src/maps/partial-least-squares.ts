/** Partial least squares regression. @module */
import { type Matrix64, zeros } from '../linear/matrix.ts'
import { crossProduct, gram, product } from '../linear/product.ts'
import { dot } from '../linear/svd.ts'

/**
 * W of `y ≈ x·W` through `components` directions of x that covary most with y, one after the other, each orthogonal to
 * what the ones before explain (the regression form of NIPALS, with its dominant vectors found by power iteration).
 *
 * @see PLS-regression: a basic tool of chemometrics (Wold et al., 2001) https://doi.org/10.1016/S0169-7439(01)00155-1
 */
export function partialLeastSquares(x: Matrix64, y: Matrix64, components: number): Matrix64 {
  let left: Matrix64 = { ...x, data: x.data.slice() }
  const out = zeros(x.columns, y.columns)
  // W(PᵀW)⁻¹Qᵀ, summed component by component: r is the direction that acts on x as it was before deflation.
  const directions: Float64Array[] = []
  const loadings: Float64Array[] = []
  for (let component = 0; component < components; component++) {
    const weight = dominantLeft(crossProduct(left, y))
    if (!weight) break
    const score = column(product(left, weight))
    const square = dot(score.data, score.data)
    const loading = crossProduct(left, score).data.map((value) => value / square)
    const target = crossProduct(y, score).data.map((value) => value / square)
    const direction = Float64Array.from(weight.data)
    directions.forEach((other, i) => {
      const along = dot(loadings[i]!, weight.data)
      for (let k = 0; k < direction.length; k++) direction[k]! -= along * other[k]!
    })
    directions.push(direction)
    loadings.push(loading)
    addOuter(out, direction, target)
    left = deflated(left, score.data, loading)
  }
  return out
}

/** The left singular vector of the largest singular value; `undefined` for a matrix of zeros. */
function dominantLeft(m: Matrix64): Matrix64 | undefined {
  const byRows = m.rows <= m.columns
  const square = byRows ? gramOfRows(m) : gram(m)
  let at = 0
  for (let i = 1; i < square.rows; i++) {
    if (square.data[i * square.rows + i]! > square.data[at * square.rows + at]!) at = i
  }
  if (!(square.data[at * square.rows + at]! > 1e-28)) return undefined
  let vector: Matrix64 = {
    rows: square.rows,
    columns: 1,
    data: square.data.slice(at * square.rows, (at + 1) * square.rows),
  }
  for (let iteration = 0; iteration < 1000; iteration++) {
    const next = unit(product(square, vector))
    const moved = next.data.reduce((most, value, i) => Math.max(most, Math.abs(value - vector.data[i]!)), 0)
    vector = next
    if (moved < 1e-14) break
  }
  return unit(byRows ? vector : product(m, vector))
}

function gramOfRows(m: Matrix64): Matrix64 {
  const out = zeros(m.rows, m.rows)
  for (let i = 0; i < m.rows; i++) {
    const row = m.data.subarray(i * m.columns, (i + 1) * m.columns)
    for (let j = 0; j <= i; j++) {
      const value = dot(row, m.data.subarray(j * m.columns, (j + 1) * m.columns))
      out.data[i * m.rows + j] = value
      out.data[j * m.rows + i] = value
    }
  }
  return out
}

function column(m: Matrix64): Matrix64 {
  return { rows: m.data.length, columns: 1, data: m.data }
}

function unit(m: Matrix64): Matrix64 {
  const length = Math.sqrt(dot(m.data, m.data))
  return { ...m, data: m.data.map((value) => value / length) }
}

function addOuter(out: Matrix64, left: Float64Array, right: Float64Array): void {
  for (let i = 0; i < out.rows; i++) {
    for (let j = 0; j < out.columns; j++) out.data[i * out.columns + j]! += left[i]! * right[j]!
  }
}

function deflated(x: Matrix64, score: Float64Array, loading: Float64Array): Matrix64 {
  const out = zeros(x.rows, x.columns)
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++) {
      out.data[i * x.columns + j] = x.data[i * x.columns + j]! - score[i]! * loading[j]!
    }
  }
  return out
}
