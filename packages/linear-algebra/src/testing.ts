/** Inputs and reference values of the tests; not part of the package. @module */
import { readFileSync } from 'node:fs'
import type { Matrix64 } from './matrices/matrix.ts'

/** Hashes of seed and index, as multiples of 2⁻²⁴ in [0, 1); the same as in `fixtures/latent-tools/inputs.py`. */
export function uniform(seed: number, count: number): Float64Array {
  const start = Math.imul(seed, 0x9e3779b9)
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (start + i) | 0
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
    return ((x ^ (x >>> 16)) >>> 8) / 2 ** 24
  })
}

/** Roughly normal numbers: sums of four uniforms, less 2. */
export function bells(seed: number, rows: number, columns: number): Matrix64 {
  const u = uniform(seed, rows * columns * 4)
  const at = (i: number) => u[4 * i]! + u[4 * i + 1]! + u[4 * i + 2]! + u[4 * i + 3]! - 2
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, (_, i) => at(i)) }
}

/** A matrix whose number in row i and column j is a function of both. */
export function build(rows: number, columns: number, value: (i: number, j: number) => number): Matrix64 {
  const data = Float64Array.from({ length: rows * columns }, (_, at) => value(Math.floor(at / columns), at % columns))
  return { rows, columns, data }
}

/** `fixtures/linear-algebra/expected.json`. */
export interface Expected {
  product: number[][]
  gram: number[][]
  cholesky: number[][]
  choleskySolve: number[][]
  eigenvalues: number[]
  singularValues: number[]
  dominantLeft: number[]
  rank: number
  leastSquares: number[][]
  ridge: number[][]
  ridgeFewRows: number[][]
  distances: Record<'squared' | 'manhattan', number[][]>
  kMeans: { centers: number[][]; owners: number[] }
  columns: Record<'means' | 'deviations', number[]>
}

/** The reference values. */
export function expected(): Expected {
  return JSON.parse(readFileSync(new URL('../../../fixtures/linear-algebra/expected.json', import.meta.url), 'utf8'))
}
