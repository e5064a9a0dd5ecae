/** Inputs and reference values of the tests; not part of the package. @module */
import type { Matrix64 } from '@gen/linear-algebra'
import { bells, build } from '../../linear-algebra/src/testing.ts'

export { bells, build, uniform } from '../../linear-algebra/src/testing.ts'

import { readFileSync } from 'node:fs'

/** Correlated columns of different scale, with a mean. */
export function mixed(seed: number, rows: number, columns: number): Matrix64 {
  const e = bells(seed, rows, columns).data
  const data = e.map((value, at) => {
    const column = at % columns
    return value * ((column + 1) / columns) + e[at - column + ((column + 1) % columns)]! * 0.5 + 0.25
  })
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
