/** Factors with triangles in them make the matrix again, and are what their names say. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gram, identity, lu, type Matrix64, matrix, product, qr, takeRows } from '../index.ts'
import { bells, build } from '../testing.ts'

const size = fc.integer({ min: 1, max: 23 })
const close = { rtol: 1e-11, atol: 1e-12 }

/** What lies below the diagonal. */
const below = ({ rows, columns, data }: Matrix64): Matrix64 =>
  build(rows, columns, (i, j) => (i > j ? data[i * columns + j]! : 0))
/** What lies above it. */
const above = ({ rows, columns, data }: Matrix64): Matrix64 =>
  build(rows, columns, (i, j) => (j > i ? data[i * columns + j]! : 0))

describe('lu', () => {
  it('makes the rows again in its order, of a unit lower and an upper triangle, for all sizes', () => {
    void fc.assert(
      fc.property(size, fc.nat(1000), (n, seed) => {
        const a = bells(seed, n, n)
        const { order, lower, upper } = lu(a)
        expect([...order].sort((i, j) => i - j)).toEqual([...order.keys()])
        expect(product(lower, upper).data).toBeAllClose(takeRows(a, order).data, close)
        expect(above(lower).data.every((value) => value === 0)).toBe(true)
        expect(lower.data.filter((_, at) => at % (n + 1) === 0).every((value) => value === 1)).toBe(true)
        expect(below(upper).data.every((value) => value === 0)).toBe(true)
        // Each pivot is the largest of its column.
        expect(lower.data.every((value) => Math.abs(value) <= 1)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('has a zero on the diagonal of a singular matrix, and refuses one that is not square', () => {
    const { upper } = lu(matrix([[1, 2], [2, 4]])) // biome-ignore format: a matrix
    expect(upper.data[3]).toBe(0)
    expect(() => lu(bells(1, 2, 3))).toThrow('linearAlgebra.lu: expected a square matrix, got 2 × 3')
  })
})

describe('qr', () => {
  it('makes the matrix again, of orthonormal columns and an upper triangle, for all sizes', () => {
    void fc.assert(
      fc.property(size, size, fc.nat(1000), (n, more, seed) => {
        const a = bells(seed, n + more, n)
        const { q, r } = qr(a)
        expect([q.rows, q.columns, r.rows, r.columns]).toEqual([n + more, n, n, n])
        expect(product(q, r).data).toBeAllClose(a.data, close)
        expect(gram(q).data).toBeAllClose(identity(n).data, { atol: 1e-12 })
        expect(below(r).data.every((value) => value === 0)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('has orthonormal columns whatever the rank, and refuses fewer rows than columns', () => {
    const { q, r } = qr(matrix([[1, 0, 1], [1, 0, 1], [1, 0, 2]])) // biome-ignore format: a matrix
    expect(gram(q).data).toBeAllClose(identity(3).data, { atol: 1e-12 })
    expect(r.data[4]).toBe(0)
    expect(() => qr(bells(1, 2, 3))).toThrow(
      'linearAlgebra.qr: expected at least as many rows as columns, got 2 × 3; pass transposed(a)',
    )
  })
})
