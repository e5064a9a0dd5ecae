import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cholesky,
  choleskySolve,
  choleskySolveVector,
  columnDeviations,
  columnMeans,
  columnScales,
  conjugateGradients,
  crossProduct,
  distinctRows,
  dominantLeft,
  equalRows,
  gram,
  identity,
  kMeans,
  kMeansPlusPlus,
  type Matrix64,
  matrix,
  pivotedCholesky,
  product,
  rankOf,
  readMatrix,
  ridgeRegression,
  rowProducts,
  singularValues,
  solveLeastSquares,
  squaredDistances,
  svd,
  transposed,
} from './index.ts'
import { bells, build } from './testing.ts'

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
        expect(rowProducts(a, transposed(b)).data).toBeAllClose(whole, { rtol: 1e-12, atol: 1e-13 })
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
        expect(rowProducts(scaled, v).data).toBeAllClose(a.data, { rtol: 1e-11, atol: 1e-12 })
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
    const a = rowProducts({ ...left, data: left.data.map((value, at) => value * planted[at % 4]!) }, right)
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
    const one = bells(6, 1, 7).data
    const image = product(a, { rows: 7, columns: 1, data: one }).data
    expect(choleskySolveVector(cholesky(a)!, image)).toBeAllClose(one, { rtol: 1e-9, atol: 1e-10 })
    expect(cholesky({ rows: 2, columns: 2, data: Float64Array.of(1, 2, 2, 1) })).toBeUndefined()
  })

  it('with ridge is the same from few points as from the normal equations', () => {
    const [x, y] = [bells(9, 6, 11), bells(10, 6, 3)]
    const normal = gram(x)
    for (let i = 0; i < 11; i++) normal.data[i * 12]! += 0.3
    const expected = choleskySolve(cholesky(normal)!, crossProduct(x, y)).data
    expect(ridgeRegression(x, y, 0.3).weights!.data).toBeAllClose(expected, { rtol: 1e-10, atol: 1e-12 })
    const interpolating = ridgeRegression(x, y, 1e-30).weights!
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
    expect(solveLeastSquares(x, product(x, w)).weights!.data).toBeAllClose(w.data, { rtol: 1e-7, atol: 1e-7 })
    const ridge = ridgeRegression(x, product(x, w), 1e-14).weights!
    expect(product(x, ridge).data).toBeAllClose(product(x, w).data, { rtol: 1e-6, atol: 1e-7 })
  })
})

describe('the rank', () => {
  it('is that of the planted factors, whatever the units, for all shapes', () => {
    void fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 6 }), fc.nat(1000), (n, m, r, seed) => {
        const x = product(bells(seed, n, r), bells(seed + 1, r, m))
        for (const unit of [1, 1e8, 1e-8]) {
          expect(rankOf({ ...x, data: x.data.map((value) => unit * value) })).toBe(Math.min(n, m, r))
        }
      }),
      { numRuns: 40 },
    )
    expect(rankOf(build(4, 3, () => 0))).toBe(0)
  })
})

describe('the dominant direction', () => {
  it('is the first left singular vector, for all shapes', () => {
    void fc.assert(
      fc.property(size, size, fc.nat(1000), (n, m, seed) => {
        const a = bells(seed, n, m)
        const { u, values } = svd(a)
        if (values.length > 1 && values[1]! > 0.98 * values[0]!) return
        const found = dominantLeft(a)!
        const cosine = found.reduce((sum, value, i) => sum + value * u.data[i * u.columns]!, 0)
        expect(Math.abs(cosine)).toBeCloseTo(1, 12)
      }),
      { numRuns: 40 },
    )
  })

  it('is found where it has nothing to do with the largest row, and in a space larger than one Krylov space', () => {
    // One row of length 3 alone; two equal rows of length 2.9 that are 4.1 together.
    const blocks = build(3, 2, (i, j) => (i === 0 ? [3, 0][j]! : [0, 2.9][j]!))
    expect(dominantLeft(blocks)!.map(Math.abs)).toBeAllClose([0, Math.SQRT1_2, Math.SQRT1_2], { atol: 1e-12 })
    const close = build(200, 200, (i, j) => (i === j ? 1 + i / 1e4 : 0))
    expect(Math.abs(dominantLeft(close)![199]!)).toBeCloseTo(1, 8)
    expect(dominantLeft(build(3, 2, () => 0))).toBeUndefined()
  })
})

describe('distances', () => {
  it('equal the definition, are 0 between equal rows, and keep their digits far from the origin', () => {
    const x = bells(4, 9, 7)
    const far = { ...x, data: x.data.map((value) => Math.round(value * 1024) / 1024 + 2 ** 30) }
    const near = { ...x, data: far.data.map((value) => value - 2 ** 30) }
    const naively = build(9, 9, (i, j) => {
      let sum = 0
      for (let k = 0; k < 7; k++) sum += (near.data[i * 7 + k]! - near.data[j * 7 + k]!) ** 2
      return sum
    })
    expect(squaredDistances(far).data).toBeAllClose(naively.data, { rtol: 1e-14, atol: 0 })
    const twice = build(4, 5, (i, j) => 0.1 * (j + 1) + (i >> 1))
    expect([...squaredDistances(twice).data].filter((value) => value === 0)).toHaveLength(8)
  })
})

describe('equal rows', () => {
  it('share a number, given in the order of the rows', () => {
    const x = build(6, 2, (i, j) => [1, 2, 1, 3, 2, 1][i]! * (j + 1))
    expect([...equalRows(x)]).toEqual([0, 1, 0, 2, 1, 0])
    expect(distinctRows(x)).toBe(3)
    const mirrored = build(2, 2, (i, j) => (i === j ? 1 : 2))
    expect(distinctRows(mirrored)).toBe(2)
  })
})

describe('columns', () => {
  it('of equal numbers have that mean and deviation 0, and are not scaled', () => {
    const x = build(70, 3, (i, j) => (j === 0 ? 0.1 : j === 1 ? 1e8 + (i % 2) : 0.3 + (i % 2) * 2 ** -54))
    expect(columnMeans(x)[0]).toBe(0.1)
    expect([...columnDeviations(x)]).toEqual([0, 0.5, 0])
    expect([...columnScales(x)]).toEqual([1, 0.5, 1])
  })
})

describe('conjugate gradients', () => {
  it('solve to the tolerance, and say where their iterations are not enough', () => {
    const a = gram(bells(5, 40, 12))
    const x = bells(6, 1, 12).data
    const times = (v: Float64Array) => product(a, { rows: 12, columns: 1, data: v }).data
    const found = conjugateGradients(times, (v) => v, times(x), { tolerance: 1e-12, iterations: 40 })!
    expect(found).toBeAllClose(x, { rtol: 1e-9, atol: 1e-10 })
    expect(conjugateGradients(times, (v) => v, times(x), { tolerance: 1e-12, iterations: 3 })).toBeUndefined()
  })
})

describe('least squares', () => {
  it('does not see the units of a column', () => {
    const units = [1e8, 1, 1e-8]
    const x = bells(11, 30, 3)
    const y = bells(12, 30, 2)
    const scaled = build(30, 3, (i, j) => x.data[i * 3 + j]! * units[j]!)
    const found = solveLeastSquares(scaled, y).weights!
    const weights = found.data.map((value, at) => value * units[Math.floor(at / 2)]!)
    expect(weights).toBeAllClose(solveLeastSquares(x, y).weights!.data, { rtol: 1e-10, atol: 1e-12 })
  })

  it('says what the rank is where columns depend on each other', () => {
    const x = product(bells(1, 20, 3), bells(2, 3, 5))
    expect(solveLeastSquares(x, bells(3, 20, 2))).toEqual({ weights: undefined, rank: 3 })
  })
})

describe('the pivoted Cholesky factor', () => {
  it('makes the matrix again with as many rows as it has rank, for all shapes', () => {
    void fc.assert(
      fc.property(size, size, fc.nat(1000), (n, m, seed) => {
        const a = gram(bells(seed, n, m))
        const factor = pivotedCholesky(a, m * Number.EPSILON)
        expect(factor.rows).toBe(Math.min(n, m))
        expect(gram(factor).data).toBeAllClose(a.data, { rtol: 1e-10, atol: 1e-11 })
      }),
      { numRuns: 40 },
    )
    expect(
      pivotedCholesky(
        build(3, 3, () => 0),
        1e-12,
      ),
    ).toEqual({ rows: 0, columns: 3, data: new Float64Array() })
    expect(singularValues(build(0, 3, () => 0))).toHaveLength(0)
  })
})

describe('clusters', () => {
  const clouds = build(60, 2, (i, j) => bells(7, 60, 2).data[i * 2 + j]! * 0.1 + [0, 9, 18][i % 3]! * (j + 1))

  it('start in all clouds and end in their means, rows in the order of the draws', () => {
    const start = kMeansPlusPlus(clouds, [0.1, 0.5, 0.9])
    expect(new Set(start.map((row) => row % 3)).size).toBe(3)
    const { centers, owners } = kMeans(
      clouds,
      build(3, 2, (i, j) => clouds.data[start[i]! * 2 + j]!),
    )
    owners.forEach((owner, i) => {
      expect(owner).toBe(owners[i % 3])
    })
    const sums = build(3, 2, () => 0)
    owners.forEach((owner, i) => {
      for (let j = 0; j < 2; j++) sums.data[owner * 2 + j]! += clouds.data[i * 2 + j]! / 20
    })
    expect(centers.data).toBeAllClose(sums.data, { rtol: 1e-13, atol: 1e-13 })
  })

  it('start with fewer rows where there are no others, and a center without rows stays', () => {
    const two = matrix([
      [0, 0],
      [1, 1],
      [0, 0],
      [1, 1],
    ])
    const start = kMeansPlusPlus(two, [0.99, 0.2, 0.7])
    expect(start).toEqual([3, 0])
    const { centers, owners } = kMeans(
      two,
      matrix([
        [0, 0],
        [1, 1],
        [50, 50],
      ]),
    )
    expect([...owners]).toEqual([0, 1, 0, 1])
    expect([...centers.data]).toEqual([0, 0, 1, 1, 50, 50])
  })
})

describe('what does not fit', () => {
  it('is refused with the sizes', () => {
    const [a, b] = [bells(1, 3, 2), bells(2, 3, 4)]
    const refused = (text: string) => expect.objectContaining({ code: 'shape', message: expect.stringContaining(text) })
    expect(() => product(a, b)).toThrow(refused('linearAlgebra.product: expected 2 rows of b, as a has columns, got 3'))
    expect(() => crossProduct(a, transposed(b))).toThrow(refused('linearAlgebra.crossProduct: expected 3 rows of b'))
    expect(() => rowProducts(a, b)).toThrow(refused('linearAlgebra.rowProducts: expected 2 columns of b'))
    expect(() => cholesky(a)).toThrow(refused('linearAlgebra.cholesky: expected a square matrix, got 3 × 2'))
    expect(() => solveLeastSquares(a, transposed(b))).toThrow(
      refused('linearAlgebra.solveLeastSquares: expected 3 rows of y'),
    )
    expect(() => kMeans(a, b)).toThrow(refused('linearAlgebra.kMeans: expected 2 columns of the centers'))
    expect(() => matrix([[1, 2], [3]])).toThrow(
      refused('linearAlgebra.matrix: expected rows of 2 numbers, got 1 in row 1'),
    )
  })

  it('and so is what is no tensor of rank 2', async () => {
    const tensor = { shape: [2, 2], data: async () => [1, 2, 3, 4] }
    expect(await readMatrix(tensor)).toEqual(
      matrix([
        [1, 2],
        [3, 4],
      ]),
    )
    await expect(readMatrix({ ...tensor, shape: [4] })).rejects.toThrow(
      'linearAlgebra.readMatrix: expected a tensor of shape [rows, columns], got [4]; flatten each sample to one row',
    )
  })
})
