/** Inputs and reference values of the tests; not part of the package. @module */
import { readFileSync } from 'node:fs'
import type { Matrix64 } from './linear/matrix.ts'

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

/** Correlated columns of different scale, with a mean. */
export function mixed(seed: number, rows: number, columns: number): Matrix64 {
  const e = bells(seed, rows, columns).data
  const data = e.map((value, at) => {
    const column = at % columns
    return value * ((column + 1) / columns) + e[at - column + ((column + 1) % columns)]! * 0.5 + 0.25
  })
  return { rows, columns, data }
}

/** A matrix whose number in row i and column j is a function of both. */
export function build(rows: number, columns: number, value: (i: number, j: number) => number): Matrix64 {
  const data = Float64Array.from({ length: rows * columns }, (_, at) => value(Math.floor(at / columns), at % columns))
  return { rows, columns, data }
}

/** The sets X `[60, 6]` and Y `[60, 4]` of the fixtures. */
export function pair(): { x: Matrix64; y: Matrix64 } {
  const [x, e] = [mixed(1, 60, 6), mixed(2, 60, 4)]
  const y = build(60, 4, (i, j) => e.data[i * 4 + j]! + x.data[i * 6 + j]! * 0.75 + x.data[i * 6 + j + 2]! * 0.5)
  return { x, y }
}

/** `fixtures/latent-tools/expected.json`. */
export interface Expected {
  fits: {
    leastSquares: number[][]
    orthogonal: { matrix: number[][]; scale: number }
  } & Record<'affine' | 'ridge' | 'pls' | 'plsStandard', { matrix: number[][]; bias: number[] }>
  degenerate: { plsRepeated: number[][]; plsFlat: number[][]; canonicalCorrelations: number[] }
  directions: {
    labels: number[]
    pca: { components: number[][]; deviations: number[]; explained: number[] }
  } & Record<'svm' | 'logistic' | 'lda', { weights: number[]; bias: number }>
  factors: Record<'mutualInformationGap' | 'modularity' | 'sap' | 'disentanglement' | 'completeness', number> & {
    lasso: number[]
  }
  similarity: Record<'ckaLinear' | 'ckaRbf' | 'svcca' | 'distanceCorrelation', number> & {
    canonicalCorrelations: number[]
  }
}

/** The reference values. */
export function expected(): Expected {
  return JSON.parse(readFileSync(new URL('../../../fixtures/latent-tools/expected.json', import.meta.url), 'utf8'))
}
