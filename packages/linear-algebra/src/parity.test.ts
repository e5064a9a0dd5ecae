/** The same numbers as NumPy, SciPy and scikit-learn (`fixtures/linear-algebra`). */
import { describe, expect, it } from 'vitest'
import {
  cholesky,
  choleskySolve,
  columnDeviations,
  columnMeans,
  crossProduct,
  dominantLeft,
  forEachBlock,
  gram,
  kMeans,
  pivotedCholesky,
  product,
  rankOf,
  ridgeRegression,
  singularValues,
  solveLeastSquares,
  squaredDistances,
  svd,
  symmetricEigen,
  takeRows,
  transposed,
} from './index.ts'
import { bells, build, expected } from './testing.ts'

const known = expected()
const [x, y] = [bells(1, 40, 7), bells(2, 40, 3)]
const square = gram(x)
const few = takeRows(x, [0, 1, 2, 3, 4])
const closely = { rtol: 1e-10, atol: 1e-12 }

describe('products, factorizations and solves equal NumPy’s and SciPy’s', () => {
  it('products', () => {
    expect(product(transposed(x), y).data).toBeAllClose(known.product.flat(), closely)
    expect(crossProduct(x, y).data).toBeAllClose(known.product.flat(), closely)
    expect(square.data).toBeAllClose(known.gram.flat(), closely)
  })

  it('Cholesky', () => {
    const factor = cholesky(square)!
    expect(factor.factor.data).toBeAllClose(known.cholesky.flat(), closely)
    expect(choleskySolve(factor, crossProduct(x, y)).data).toBeAllClose(known.choleskySolve.flat(), closely)
    const pivoted = pivotedCholesky(square, 1e-14)
    expect(crossProduct(pivoted, pivoted).data).toBeAllClose(known.gram.flat(), closely)
  })

  it('eigenvalues and singular values', () => {
    expect(symmetricEigen(square).values).toBeAllClose(known.eigenvalues, closely)
    expect(svd(x).values).toBeAllClose(known.singularValues, closely)
    expect(singularValues(x)).toBeAllClose(known.singularValues, closely)
    expect(singularValues(transposed(x))).toBeAllClose(known.singularValues, closely)
    const found = dominantLeft(x)!
    const sign = Math.sign(found[0]! * known.dominantLeft[0]!)
    expect(found.map((value) => sign * value)).toBeAllClose(known.dominantLeft, closely)
  })

  it('the rank', () => {
    expect(rankOf(product(bells(3, 20, 4), bells(4, 4, 9)))).toBe(known.rank)
  })

  it('least squares and ridge, of many rows and of few', () => {
    expect(solveLeastSquares(x, y).weights!.data).toBeAllClose(known.leastSquares.flat(), closely)
    expect(ridgeRegression(x, y, 2.5).weights!.data).toBeAllClose(known.ridge.flat(), closely)
    const little = takeRows(y, [0, 1, 2, 3, 4])
    expect(ridgeRegression(few, little, 2.5).weights!.data).toBeAllClose(known.ridgeFewRows.flat(), closely)
  })
})

describe('distances, clusters and columns equal SciPy’s and scikit-learn’s', () => {
  it('distances', () => {
    expect(squaredDistances(x).data).toBeAllClose(known.distances.squared.flat(), closely)
    const manhattan = new Float64Array(40 * 5)
    forEachBlock(x, few, 'manhattan', ({ rowStart, rows, columnStart, columns, stride, values }) => {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          manhattan[(rowStart + i) * 5 + columnStart + j] = values[i * stride + j]!
        }
      }
    })
    expect(manhattan).toBeAllClose(known.distances.manhattan.flat(), closely)
  })

  it('k-means', () => {
    // Four clouds, so that Lloyd's iterations have one end.
    const clouds = build(40, 7, (i, j) => x.data[i * 7 + j]! + (j === i % 4 ? 6 : 0))
    const { centers, owners } = kMeans(clouds, takeRows(clouds, [0, 1, 2, 3]))
    expect(centers.data).toBeAllClose(known.kMeans.centers.flat(), closely)
    expect([...owners]).toEqual(known.kMeans.owners)
  })

  it('columns', () => {
    expect(columnMeans(x)).toBeAllClose(known.columns.means, closely)
    expect(columnDeviations(x, columnMeans(x), 1)).toBeAllClose(known.columns.deviations, closely)
  })
})
