/** Linear algebra in float64 on the CPU, on plain arrays. @module */

export { type LinearAlgebraEngine, linearAlgebraEngine } from './arithmetic/arena.ts'
export { type KMeans, kMeans } from './clusters/k-means.ts'
export { kMeansPlusPlus } from './clusters/k-means-plus-plus.ts'
export { nearestCenters, nearestRow } from './clusters/nearest.ts'
export { type Block, forEachBlock, forEachUpperBlock, type Pairing } from './distances/pairwise.ts'
export { squaredDistance, squaredDistances } from './distances/squared-distances.ts'
export {
  type Cholesky,
  cholesky,
  choleskySolve,
  choleskySolveVector,
  forwardSolve,
} from './factorizations/cholesky.ts'
export { dominantLeft } from './factorizations/dominant.ts'
export { type Lu, lu } from './factorizations/lu.ts'
export { pivotedCholesky } from './factorizations/pivoted-cholesky.ts'
export { type Qr, qr } from './factorizations/qr.ts'
export { rankOf, rankTolerance } from './factorizations/rank.ts'
export { singularValues } from './factorizations/singular-values.ts'
export { type RightSvd, rightSvd, type Svd, svd } from './factorizations/svd.ts'
export { type SymmetricEigen, symmetricEigen } from './factorizations/symmetric-eigen.ts'
export { distinctRows, equalRows } from './matrices/equal-rows.ts'
export {
  columnOf,
  identity,
  type Matrix,
  type Matrix64,
  matrix,
  rowOf,
  takeColumns,
  takeRows,
  transposed,
  zeroMatrix,
} from './matrices/matrix.ts'
export { type ReadableTensor, readMatrix } from './matrices/read-matrix.ts'
export { dotProduct } from './products/dot-product.ts'
export { type HeldMatrix, withHeldMatrix } from './products/held-matrix.ts'
export { crossProduct, gram, product, rowProducts } from './products/product.ts'
export { addTo, times, timesTransposed } from './products/vectors.ts'
export { conjugateGradients } from './solves/conjugate-gradients.ts'
export { ridgeRegression, type Solution, solveLeastSquares } from './solves/least-squares.ts'
export {
  centered,
  columnDeviations,
  columnMeans,
  columnScales,
  largestOf,
  meanOf,
  standardized,
  sumOfSquares,
} from './statistics/columns.ts'
