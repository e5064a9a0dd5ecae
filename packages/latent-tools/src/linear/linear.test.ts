import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bells, build } from '../testing.ts'
import { cholesky, choleskySolve } from './cholesky.ts'
import { identity, type Matrix64, transposed } from './matrix.ts'
import { crossProduct, gram, outerProduct, product } from './product.ts'
import { rankOf } from './rank.ts'
import { leastSquares } from './solve.ts'
import { svd } from './svd.ts'

function naive(a: Matrix64, b: Matrix64): Matrix64 {
  return build(a.rows, b.columns, (i, j) => {
    let sum = 0
    for (let k = 0; k < a.columns; k++) sum += a.data[i * a.columns + k]! * b.data[k * b.columns + j]!
    return sum
  })
}

const size = fc.integer({ min: 1, max: 23 })

describe('products', () => {
  it('equal the definition, for all shapes', () => {
    void fc.assert(
      fc.property(size, size, size, fc.nat(1000), (n, m, k, seed) => {
        const [a, b] = [bells(seed, n, k), bells(seed + 1, k, m)]
        const whole = naive(a, b).data
        expect(product(a, b).data).toBeAllClose(whole, { rtol: 1e-12, atol: 1e-13 })
        expect(crossProduct(transposed(a), b).data).toBeAllClose(whole, { rtol: 1e-12, atol: 1e-13 })
        expect(outerProduct(a, transposed(b)).data).toBeAllClose(whole, { rtol: 1e-12, atol: 1e-13 })
        expect(gram(a).data).toBeAllClose(naive(transposed(a), a).data, { rtol: 1e-12, atol: 1e-13 })
      }),
      { numRuns: 40 },
    )
  })

  it('sum over more rows than a block holds', () => {
    const a = bells(3, 700, 5)
    expect(gram(a).data).toBeAllClose(naive(transposed(a), a).data, { rtol: 1e-11, atol: 1e-11 })
  })
})

describe('svd', () => {
  it('is orthonormal, ordered and makes the matrix again, for all shapes', () => {
    void fc.assert(
      fc.property(size, size, fc.nat(1000), (n, m, seed) => {
        const a = bells(seed, n, m)
        const { u, values, v } = svd(a)
        const k = Math.min(n, m)
        const scaled = { ...u, data: u.data.map((value, at) => value * values[at % k]!) }
        expect(outerProduct(scaled, v).data).toBeAllClose(a.data, { rtol: 1e-11, atol: 1e-12 })
        expect(gram(u).data).toBeAllClose(identity(k).data, { atol: 1e-12 })
        expect(gram(v).data).toBeAllClose(identity(k).data, { atol: 1e-12 })
        expect([...values]).toEqual([...values].sort((p, q) => q - p))
      }),
      { numRuns: 40 },
    )
  })

  it('finds small singular values that the square of the matrix would lose', () => {
    const left = svd(bells(1, 12, 4)).u
    const right = svd(bells(2, 4, 4)).v
    const planted = [1, 1e-3, 1e-9, 1e-12]
    const a = outerProduct({ ...left, data: left.data.map((value, at) => value * planted[at % 4]!) }, right)
    expect(svd(a).values).toBeAllClose(planted, { rtol: 1e-3, atol: 0 })
    expect(rankOf(a)).toBe(2)
  })

  it('completes its vectors where the matrix is rank deficient', () => {
    const a = product(bells(1, 9, 2), bells(2, 2, 5))
    const { u, v } = svd(a)
    expect(gram(u).data).toBeAllClose(identity(5).data, { atol: 1e-12 })
    expect(gram(v).data).toBeAllClose(identity(5).data, { atol: 1e-12 })
  })
})

describe('solving', () => {
  it('by Cholesky inverts the product', () => {
    const a = gram(bells(5, 40, 7))
    const x = bells(6, 7, 3)
    expect(choleskySolve(cholesky(a)!, product(a, x)).data).toBeAllClose(x.data, { rtol: 1e-9, atol: 1e-10 })
    expect(cholesky({ rows: 2, columns: 2, data: Float64Array.of(1, 2, 2, 1) })).toBeUndefined()
  })

  it('with ridge is the same from few points as from the normal equations', () => {
    const [x, y] = [bells(9, 6, 11), bells(10, 6, 3)]
    const normal = gram(x)
    for (let i = 0; i < 11; i++) normal.data[i * 12]! += 0.3
    const expected = choleskySolve(cholesky(normal)!, crossProduct(x, y)).data
    expect(leastSquares('test', x, y, 0.3).data).toBeAllClose(expected, { rtol: 1e-10, atol: 1e-12 })
    const interpolating = leastSquares('test', x, y, 1e-30)
    expect(product(x, interpolating).data).toBeAllClose(y.data, { rtol: 1e-9, atol: 1e-10 })
  })

  it('falls back on QR where the columns are almost dependent, and keeps its digits', () => {
    const base = bells(7, 50, 3)
    // The third column is the sum of the others up to 1e-6: the normal equations have a condition of 1e12.
    const x = build(50, 3, (i, j) => {
      const [p, q, r] = [0, 1, 2].map((k) => base.data[i * 3 + k]!) as [number, number, number]
      return j < 2 ? [p, q][j]! : p + q + 1e-6 * r
    })
    const w = bells(8, 3, 2)
    expect(leastSquares('test', x, product(x, w)).data).toBeAllClose(w.data, { rtol: 1e-7, atol: 1e-7 })
    const ridge = leastSquares('test', x, product(x, w), 1e-14)
    expect(product(x, ridge).data).toBeAllClose(product(x, w).data, { rtol: 1e-6, atol: 1e-7 })
  })
})
