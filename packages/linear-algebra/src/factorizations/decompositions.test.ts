/** Laws of the decompositions at sizes beyond their panels, and for matrices that are hard. */
import { describe, expect, it } from 'vitest'
import { computeIn, type LinearAlgebraEngine } from '../arithmetic/arena.ts'
import {
  cholesky,
  choleskySolve,
  forwardSolve,
  gram,
  identity,
  type Matrix64,
  pivotedCholesky,
  product,
  rankOf,
  rightSvd,
  rowProducts,
  singularValues,
  solveLeastSquares,
  svd,
  symmetricEigen,
  transposed,
  zeroMatrix,
} from '../index.ts'
import { bells, build } from '../testing.ts'

const random = (rows: number, columns: number) => bells(rows * 7 + columns, rows, columns)
const times = (x: Matrix64, factor: number) => ({ ...x, data: x.data.map((value) => value * factor) })

/** Hard matrices by what makes them so. */
const matrices: Record<string, Matrix64> = {
  '1 × 1': random(1, 1),
  '1 × 9': random(1, 9),
  '9 × 1': random(9, 1),
  '2 × 2': random(2, 2),
  '33 × 32, one more than a panel': random(33, 32),
  '65 × 65': random(65, 65),
  '140 × 70': random(140, 70),
  '70 × 140': random(70, 140),
  '130 × 129': random(130, 129),
  zeros: zeroMatrix(12, 7),
  identity: identity(40),
  'all ones': build(35, 20, () => 1),
  'rank 3 of 50': product(random(60, 3), random(3, 50)),
  'equal values in groups': build(60, 60, (i, j) => (i === j ? 1 + (i % 3) : 0)),
  'two diagonals of ones': build(80, 80, (i, j) => (i === j || j === i + 1 ? 1 : 0)),
  'columns of all units': build(40, 30, (i, j) => random(40, 30).data[i * 30 + j]! * 10 ** (j - 15)),
  'a zero block': build(50, 50, (i, j) => (i > 17 && j > 17 ? 0 : Math.sin(i * 50 + j * j + 1))),
  'almost equal values': build(64, 64, (i, j) => (i === j ? 1 + i * 1e-14 : i + 1 === j ? 1e-13 : 0)),
  '1e200': times(random(20, 15), 1e200),
  '1e-200': times(random(20, 15), 1e-200),
  'denormal numbers': times(random(12, 12), 1e-310),
}

function errors(a: Matrix64, back: Matrix64, norm: number): number {
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - back.data[i]!)), 0) / (norm || 1)
}

function scaledColumns(u: Matrix64, values: Float64Array): Matrix64 {
  return { ...u, data: u.data.map((value, at) => value * values[at % values.length]!) }
}

describe.each<LinearAlgebraEngine>(['webassembly', 'javascript'])('in %s', (engine) => {
  describe.each(Object.entries(matrices))('%s', (_, a) => {
    const k = Math.min(a.rows, a.columns)

    it('has singular values and vectors', () => {
      computeIn(engine)
      const { u, values, v } = svd(a)
      const norm = values[0]!
      expect(gram(u).data).toBeAllClose(identity(k).data, { rtol: 0, atol: 3e-14 })
      expect(gram(v).data).toBeAllClose(identity(k).data, { rtol: 0, atol: 3e-14 })
      expect([...values]).toEqual([...values].sort((p, q) => q - p))
      expect(values.every((value) => value >= 0)).toBe(true)
      // Numbers below 1e-308 have no sixteen digits to lose.
      const unit = norm < 1e-290 ? 1e290 : 1
      expect(
        errors(times(a, unit), rowProducts(scaledColumns(u, times({ ...u, data: values }, unit).data), v), norm * unit),
      ).toBeLessThan(1e-13)
      const alone = singularValues(a)
      expect(alone).toBeAllClose(values, { rtol: 0, atol: 1e-14 * norm })
      const right = rightSvd(a)
      expect(right.values).toBeAllClose(values, { rtol: 0, atol: 1e-14 * norm })
      expect(gram(right.v).data).toBeAllClose(identity(k).data, { rtol: 0, atol: 3e-14 })
    })

    it('has a gram matrix with eigenvalues and vectors', () => {
      computeIn(engine)
      const norm = svd(a).values[0]!
      const square = gram(norm < 1e-290 ? times(a, 2 ** 1000) : times(a, 1 / norm))
      const { values, vectors } = symmetricEigen(square)
      expect(gram(vectors).data).toBeAllClose(identity(a.columns).data, { rtol: 0, atol: 3e-14 })
      expect(errors(square, rowProducts(scaledColumns(vectors, values), vectors), values[0]!)).toBeLessThan(1e-13)
      expect([...values]).toEqual([...values].sort((p, q) => q - p))
    })
  })
})

describe('a symmetric matrix of both signs', () => {
  it('has its eigenvalues, and is read below the diagonal', () => {
    computeIn(undefined)
    const x = random(90, 90)
    const a = build(90, 90, (i, j) => x.data[i * 90 + j]! + x.data[j * 90 + i]!)
    const { values, vectors } = symmetricEigen(a)
    expect(values[89]).toBeLessThan(-1)
    expect(errors(a, rowProducts(scaledColumns(vectors, values), vectors), values[0]!)).toBeLessThan(1e-13)
    const half = build(90, 90, (i, j) => (i >= j ? a.data[i * 90 + j]! : Number.NaN))
    expect(symmetricEigen(half)).toEqual(symmetricEigen(a))
    expect(symmetricEigen(build(5, 5, (i, j) => (i === j ? i - 2 : 0))).values).toEqual(
      Float64Array.of(2, 1, 0, -1, -2),
    )
  })
})

describe('factorizations beyond a panel', () => {
  it('Cholesky makes the matrix again, and is read below the diagonal', () => {
    computeIn(undefined)
    const a = gram(random(300, 150))
    const { factor } = cholesky(a)!
    expect(errors(a, rowProducts(factor, factor), 300)).toBeLessThan(1e-14)
    for (let i = 0; i < 150; i++) for (let j = i + 1; j < 150; j++) expect(factor.data[i * 150 + j]).toBe(0)
    expect(cholesky(build(150, 150, (i, j) => (i >= j ? a.data[i * 150 + j]! : Number.NaN)))!.factor).toEqual(factor)
    const b = random(150, 70)
    expect(errors(b, product(a, choleskySolve(cholesky(a)!, b)), 300)).toBeLessThan(1e-12)
    expect(errors(b, product(factor, forwardSolve(factor, b)), 10)).toBeLessThan(1e-13)
    const broken = { ...a, data: a.data.slice() }
    broken.data[149 * 151] = -1
    expect(cholesky(broken)).toBeUndefined()
  })

  it('pivoted Cholesky finds the rank, and makes the matrix again', () => {
    computeIn(undefined)
    const x = product(random(200, 90), random(90, 130))
    const factor = pivotedCholesky(gram(x), 1e-13)
    expect(factor.rows).toBe(90)
    expect(rankOf(x)).toBe(90)
    expect(errors(gram(x), gram(factor), 1e4)).toBeLessThan(1e-12)
  })

  it('least squares by QR leave a residual orthogonal to the columns', () => {
    computeIn(undefined)
    // Columns in pairs that differ by 1e-6, which the normal equations could not tell apart.
    const base = random(200, 80)
    const x = build(200, 80, (i, j) => base.data[i * 80 + (j & ~1)]! + (j & 1 ? 1e-6 * base.data[i * 80 + j]! : 0))
    const y = random(200, 5)
    const { weights } = solveLeastSquares(x, y)
    const fitted = product(x, weights!)
    const residual = { ...y, data: y.data.map((value, i) => value - fitted.data[i]!) }
    expect(errors(product(transposed(x), residual), zeroMatrix(80, 5), 200)).toBeLessThan(1e-9)
  })
})

describe('what is not finite', () => {
  it('gives numbers that are none, or no factor', () => {
    computeIn(undefined)
    for (const strange of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const a = build(40, 40, (i, j) => (i === 20 && j === 20 ? strange : i === j ? 1 : 0))
      const none = (numbers: Float64Array) => numbers.every(Number.isNaN)
      expect(none(svd(a).values) && none(svd(a).u.data) && none(svd(a).v.data)).toBe(true)
      expect(none(rightSvd(a).values) && none(singularValues(a))).toBe(true)
      expect(none(symmetricEigen(a).values) && none(symmetricEigen(a).vectors.data)).toBe(true)
      expect(solveLeastSquares(a, a).weights).toBeUndefined()
    }
    expect(cholesky(build(3, 3, () => Number.NaN))).toBeUndefined()
  })
})

describe('what is empty', () => {
  it('has nothing', () => {
    computeIn(undefined)
    const none = zeroMatrix(0, 0)
    expect(svd(zeroMatrix(3, 0))).toEqual({ u: zeroMatrix(3, 0), values: new Float64Array(), v: none })
    expect(singularValues(zeroMatrix(0, 3))).toEqual(new Float64Array())
    expect(symmetricEigen(none)).toEqual({ values: new Float64Array(), vectors: none })
    expect(product(zeroMatrix(2, 0), zeroMatrix(0, 3))).toEqual(zeroMatrix(2, 3))
    expect(cholesky(none)!.factor).toEqual(none)
    expect(pivotedCholesky(none, 1e-12)).toEqual(none)
    expect(forwardSolve(none, zeroMatrix(0, 4))).toEqual(zeroMatrix(0, 4))
  })
})
