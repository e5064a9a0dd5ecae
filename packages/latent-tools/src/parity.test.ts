import { key } from '@gen/backend'
import { columnDeviations, columnMeans, columnOf, standardized, takeRows } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import type { Classifier } from './directions/classifier.ts'
import { discriminantAnalysis } from './directions/discriminant-analysis.ts'
import { logisticRegression, supportVectorMachine } from './directions/margin-classifiers.ts'
import { dciOfImportance, lasso } from './factors/dci.ts'
import {
  attributeDirection,
  canonicalCorrelations,
  cka,
  distanceCorrelation,
  fitLinearMap,
  modularity,
  mutualInformationGap,
  principalDirections,
  sap,
  svcca,
} from './index.ts'
import { bells, build, expected, mixed, pair, uniform } from './testing.ts'

const { x, y } = pair()
const { fits, degenerate, directions, factors, similarity } = expected()

describe('maps equal those of NumPy, SciPy and scikit-learn', () => {
  it('least squares', () => {
    const map = fitLinearMap({ a: x, b: y }, { method: 'leastSquares' })
    expect(map.matrix.data).toBeAllClose(fits.leastSquares.flat(), { rtol: 1e-10, atol: 1e-12 })
  })

  it.each([
    ['affine', { method: 'affine' }],
    ['ridge', { method: 'ridge', ridge: 2.5 }],
    ['pls', { method: 'pls', components: 3 }],
    ['plsStandard', { method: 'pls', components: 2, scaling: 'standard' }],
  ] as const)('%s', (name, options) => {
    const map = fitLinearMap({ a: x, b: y }, options)
    expect(map.matrix.data).toBeAllClose(fits[name].matrix.flat(), { rtol: 1e-9, atol: 1e-11 })
    expect(map.bias).toBeAllClose(fits[name].bias, { rtol: 1e-9, atol: 1e-11 })
  })

  it('Procrustes, with and without scale', () => {
    const noise = mixed(4, 60, 6)
    const target = build(60, 6, (i, j) => (j < 4 ? y.data[i * 4 + j]! : 0) + 0.5 * noise.data[i * 6 + j]!)
    const { matrix, scale } = fits.orthogonal
    const rotation = fitLinearMap({ a: x, b: target }, { method: 'orthogonal' })
    expect(rotation.matrix.data).toBeAllClose(matrix.flat(), { rtol: 1e-10, atol: 1e-12 })
    const scaled = fitLinearMap({ a: x, b: target }, { method: 'orthogonal', rescale: true })
    expect([scaled.config.scale as number]).toBeAllClose([scale], { rtol: 1e-10 })
    expect(scaled.matrix.data).toBeAllClose(
      matrix.flat().map((value) => value * scale),
      { rtol: 1e-10, atol: 1e-12 },
    )
  })
})

describe('boundaries equal those of scikit-learn', () => {
  const labels = directions.labels

  it.each<['svm' | 'logistic' | 'lda', Classifier, number]>([
    ['svm', supportVectorMachine, 0.7],
    ['logistic', logisticRegression, 0.7],
    ['lda', discriminantAnalysis, 0.7],
  ])('%s', (name, classify, regularization) => {
    const { weights, bias } = classify(x, labels, regularization)
    expect(weights).toBeAllClose(directions[name].weights, { rtol: 1e-6, atol: 1e-8 })
    expect([bias]).toBeAllClose([directions[name].bias], { rtol: 1e-6, atol: 1e-8 })
  })

  it('and attributeDirection gives the same boundary with a unit normal', () => {
    const { weights, bias } = directions.logistic
    const found = attributeDirection(x, labels, { method: 'logistic', regularization: 0.7, heldOut: 0, key: key(0) })
    const length = Math.hypot(...weights)
    expect(found.normal).toBeAllClose(
      weights.map((value) => value / length),
      { rtol: 1e-6 },
    )
    expect([found.offset]).toBeAllClose([bias / length], { rtol: 1e-6 })
  })

  it('PCA', () => {
    const { components, deviations, explained } = principalDirections(x)
    expect(components.data).toBeAllClose(directions.pca.components.flat(), { rtol: 1e-9, atol: 1e-11 })
    expect(deviations).toBeAllClose(directions.pca.deviations, { rtol: 1e-10 })
    expect(explained).toBeAllClose(directions.pca.explained, { rtol: 1e-10 })
  })
})

describe('disentanglement scores equal the formulas of disentanglement_lib', () => {
  const levels = [uniform(5, 400), uniform(6, 400), uniform(7, 400)]
  const known = build(400, 3, (i, j) => Math.floor(levels[j]![i]! * [4, 3, 6][j]!))
  const e = bells(8, 400, 5).data
  const codes = build(400, 5, (i, j) => {
    const [first, second, third] = [0, 1, 2].map((k) => known.data[i * 3 + k]!) as [number, number, number]
    const noise = e[i * 5 + j]!
    if (j === 0) return noise * 0.5 + first
    if (j === 1) return noise * 0.5 + second * 0.5 + first * 0.25
    return j === 2 ? noise * 0.25 + third : noise
  })

  it('MIG, SAP, modularity', () => {
    expect([mutualInformationGap(codes, known), sap(codes, known), modularity(codes, known)]).toBeAllClose(
      [factors.mutualInformationGap, factors.sap, factors.modularity],
      {
        rtol: 1e-10,
      },
    )
  })

  it('DCI of an importance matrix, and the lasso that makes one', () => {
    const importance = bells(9, 5, 3)
    const scores = dciOfImportance({ ...importance, data: importance.data.map(Math.abs) })
    expect([scores.disentanglement, scores.completeness]).toBeAllClose(
      [factors.disentanglement, factors.completeness],
      {
        rtol: 1e-10,
      },
    )
    const scaled = (m: typeof codes) => standardized(m, columnMeans(m), columnDeviations(m))
    const weights = lasso(scaled(codes), columnOf(scaled(known), 1), 0.05)
    expect(weights).toBeAllClose(factors.lasso, { rtol: 1e-7, atol: 1e-9 })
  })
})

describe('similarities equal their authors’ formulas', () => {
  it('CKA, CCA, SVCCA, distance correlation', () => {
    expect([
      cka(x, y),
      cka(x, y, { kernel: 'rbf', width: 0.8 }),
      svcca(x, y, { keep: 0.9 }),
      distanceCorrelation(x, y),
    ]).toBeAllClose([similarity.ckaLinear, similarity.ckaRbf, similarity.svcca, similarity.distanceCorrelation], {
      rtol: 1e-10,
    })
    expect(canonicalCorrelations(x, y)).toBeAllClose(similarity.canonicalCorrelations, { rtol: 1e-10 })
  })
})

describe('codes beyond their rank and of unlike units', () => {
  it('PLS stops where scikit-learn has used all directions, and says so', () => {
    const twelve = Array.from({ length: 24 }, (_, i) => i % 12)
    const repeated = { a: takeRows(x, twelve), b: takeRows(y, twelve) }
    const few = fitLinearMap(repeated, { method: 'pls', components: 4 })
    expect(few.matrix.data).toBeAllClose(degenerate.plsRepeated.flat(), { rtol: 1e-8, atol: 1e-10 })
    expect(few.warnings).toEqual([])
    const at = (i: number, j: number) => x.data[i * 6 + j]!
    const narrow = build(60, 8, (i, j) => (j < 6 ? at(i, j) : j === 6 ? 0.1 : at(i, 0) - 2 * at(i, 1)))
    const flat = fitLinearMap({ a: narrow, b: y }, { method: 'pls', components: 8 })
    expect(flat.matrix.data).toBeAllClose(degenerate.plsFlat.flat(), { rtol: 1e-7, atol: 1e-9 })
    expect(flat.config.components).toBe(6)
    expect(flat.warnings).toEqual(['the points span only 6 directions of the first space: pls used those, not 8'])
  })

  it('LDA does not see the units of the codes, nor C', () => {
    const units = [1e4, 1, 1e-4, 1, 10, 1]
    const scaled = build(60, 6, (i, j) => x.data[i * 6 + j]! * units[j]!)
    for (const c of [1e-6, 1, 1e6]) {
      const { weights, bias } = discriminantAnalysis(scaled, directions.labels, c)
      expect(weights.map((weight, j) => weight * units[j]!)).toBeAllClose(directions.lda.weights, { rtol: 1e-8 })
      expect([bias]).toBeAllClose([directions.lda.bias], { rtol: 1e-8 })
    }
  })

  it('canonical correlations do not see units either', () => {
    const joined = build(60, 7, (i, j) => (j < 3 ? 1e4 * x.data[i * 6 + j]! : 1e-3 * y.data[i * 4 + j - 3]!))
    const last = build(60, 4, (i, j) => x.data[i * 6 + j + 2]!)
    expect(canonicalCorrelations(joined, last)).toBeAllClose(degenerate.canonicalCorrelations, { rtol: 1e-9 })
    const b = build(60, 2, (i, j) => x.data[i * 6 + j]!)
    const both = build(60, 4, (i, j) => (j < 2 ? 1e4 * y.data[i * 4 + j]! : 1e-3 * x.data[i * 6 + j - 2]!))
    expect(canonicalCorrelations(both, b)).toBeAllClose([1, 1], { rtol: 1e-10 })
  })
})
