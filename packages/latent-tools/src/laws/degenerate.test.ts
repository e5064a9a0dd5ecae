/** One law for all: on ill-scaled, shifted, repeated, collapsed and dependent codes the numbers stay, or an error or a warning says why not. */

import { GenError, key, useBackend } from '@gen/backend'
import { dotProduct, type Matrix64, product, rowOf, takeColumns, takeRows } from '@gen/linear-algebra'
import { tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dciOfImportance } from '../factors/dci.ts'
import * as tools from '../index.ts'
import { bells, build, uniform } from '../testing.ts'

/** Codes in two spaces of the same samples, labels and factors of these. */
interface Input {
  readonly a: Matrix64
  readonly b: Matrix64
  readonly labels: readonly number[]
  readonly factors: Matrix64
}

/** Numbers that must stay, and what was said beside them. */
interface Output {
  readonly numbers: ArrayLike<number>
  readonly warnings?: readonly string[]
}

const rows = 120
const base: Input = (() => {
  const levels = uniform(4, rows * 2)
  const factors = build(rows, 2, (i, j) => Math.floor(levels[i * 2 + j]! * 4))
  const noise = bells(1, rows, 5)
  const a = build(rows, 5, (i, j) => noise.data[i * 5 + j]! + (j < 2 ? factors.data[i * 2 + j]! : 0))
  const mixed = product(a, bells(2, 5, 4))
  const e = bells(3, rows, 4)
  const b = { ...mixed, data: mixed.data.map((value, at) => value + 0.3 * e.data[at]! + 0.5) }
  const w = bells(6, 1, 5).data
  const labels = Array.from({ length: rows }, (_, i) => Number(dotProduct(rowOf(a, i), w) + 0.5 * e.data[4 * i]! > 0))
  return { a, b, labels, factors }
})()

const each = (x: Matrix64, change: (value: number, column: number) => number): Matrix64 => ({
  ...x,
  data: x.data.map((value, at) => change(value, at % x.columns)),
})
const withColumn = (x: Matrix64, value: (row: Float64Array) => number): Matrix64 =>
  build(x.rows, x.columns + 1, (i, j) => (j < x.columns ? x.data[i * x.columns + j]! : value(rowOf(x, i))))
const twice = (x: Matrix64): Matrix64 => ({ ...x, rows: 2 * x.rows, data: Float64Array.from([...x.data, ...x.data]) })

const changes: Readonly<Record<string, (input: Input) => Input>> = {
  'a × 1e8': (x) => ({ ...x, a: each(x.a, (value) => 1e8 * value) }),
  'a × 1e-8': (x) => ({ ...x, a: each(x.a, (value) => 1e-8 * value) }),
  'a shifted': (x) => ({ ...x, a: each(x.a, (value, k) => value + 1000 * (k + 1)) }),
  'b × 1e8': (x) => ({ ...x, b: each(x.b, (value) => 1e8 * value) }),
  'b × 1e-8': (x) => ({ ...x, b: each(x.b, (value) => 1e-8 * value) }),
  'rows twice': ({ a, b, labels, factors }) => ({
    ...{ a: twice(a), b: twice(b), factors: twice(factors) },
    labels: [...labels, ...labels],
  }),
  'a with a constant column': (x) => ({ ...x, a: withColumn(x.a, () => 0.1) }),
  'a with a dependent column': (x) => ({ ...x, a: withColumn(x.a, (row) => Math.fround(row[0]! - row[1]!)) }),
}
type Change = string

/** What a subject says where its numbers do not stay; `free` where its definition says that they change. */
type Exceptions = Readonly<Partial<Record<Change, RegExp | 'free'>>>

interface Subject {
  readonly name: string
  readonly run: (input: Input) => Output
  readonly rtol?: number
  readonly exceptions?: Exceptions
}

const mapped =
  (options: tools.FitLinearMapOptions) =>
  ({ a, b }: Input): Output => {
    const map = tools.fitLinearMap({ a, b }, options)
    const { r2, cosine } = tools.latentErrors(tools.mapCodes(map, a), b)
    return {
      numbers: [r2, cosine, ...tools.mapCodes(map, takeRows(a, [3, 5])).data.map((v) => v / b.data[0]!)],
      ...map,
    }
  }
const boundary =
  (method: tools.DirectionMethod) =>
  ({ a, labels }: Input): Output => {
    const found = tools.attributeDirection(a, labels, { method, heldOut: 0, key: key(0) })
    const far = Array.from({ length: rows }, (_, i) => dotProduct(rowOf(a, i), found.normal) + found.offset)
    const largest = Math.hypot(...far)
    return { numbers: [...far.map((value) => value / largest), found.accuracy.train], ...found }
  }
const spans = /span only|span all|rank|open|vary in/
const sizes = (values: ArrayLike<number>) => Array.from(values, Math.abs)
const chosen =
  (method: tools.PointMethod) =>
  ({ a, b }: Input): Output => ({
    numbers: tools.choosePoints(a, { size: 12, method, target: b, key: key(2) }),
  })
const rowsChange: Exceptions = { 'rows twice': 'free' }
const sample = { votes: 300, testVotes: 200, groupSize: 16, key: key(0) }

const subjects: readonly Subject[] = [
  {
    name: 'fitLinearMap leastSquares',
    run: mapped({ method: 'leastSquares' }),
    exceptions: { 'a shifted': 'free', 'a with a constant column': 'free', 'a with a dependent column': spans },
  },
  {
    name: 'fitLinearMap affine',
    run: mapped({ method: 'affine' }),
    exceptions: { 'a with a constant column': spans, 'a with a dependent column': spans },
  },
  {
    name: 'fitLinearMap ridge',
    run: mapped({ method: 'ridge', ridge: 0.01 }),
    rtol: 1e-3,
    exceptions: {
      'a × 1e-8': /outweighs/,
      'a with a constant column': spans,
      'a with a dependent column': spans,
    },
  },
  {
    name: 'fitLinearMap ridge, isotropic',
    run: mapped({ method: 'ridge', scaling: 'isotropic' }),
    // The mean square of a coordinate is one of more coordinates, and λ counts less beside twice as many points.
    exceptions: { 'rows twice': 'free', 'a with a constant column': spans, 'a with a dependent column': spans },
  },
  {
    name: 'fitLinearMap affine, standard',
    run: mapped({ method: 'affine', scaling: 'standard' }),
    exceptions: { 'a with a constant column': spans, 'a with a dependent column': spans },
  },
  {
    name: 'fitLinearMap orthogonal',
    run: mapped({ method: 'orthogonal', rescale: true }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'fitLinearMap pls',
    run: mapped({ method: 'pls', components: 3 }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'fitLinearMap pls to the rank',
    run: mapped({ method: 'pls', components: 5 }),
  },
  {
    name: 'fitLinearMap sgd',
    run: mapped({ method: 'sgd', learningRate: 0.02, steps: 1500 }),
    rtol: 1e-2,
    exceptions: {
      'a × 1e-8': /stopped|outweighs/,
      'a shifted': 'free',
      'b × 1e8': /stopped/,
      'b × 1e-8': /stopped/,
      'a with a constant column': 'free',
      'a with a dependent column': spans,
    },
  },
  {
    name: 'chooseRidge',
    run: ({ a, b }) => {
      const { ridge, warnings } = tools.chooseRidge({ a, b }, { key: key(0) })
      return { numbers: [Math.log10(ridge)], warnings }
    },
    exceptions: { 'a × 1e8': /tried/, 'a × 1e-8': /tried/, 'rows twice': 'free' },
  },
  ...(['random', 'kMeans', 'farthest', 'leverage', 'dOptimal', 'greedy'] as const).map((method): Subject => {
    const more: Exceptions = method === 'greedy' ? { 'a with a constant column': 'free' } : {}
    const exceptions: Exceptions = { 'rows twice': 'free', 'a with a dependent column': 'free', ...more }
    return { name: `choosePoints ${method}`, run: chosen(method), exceptions }
  }),
  {
    name: 'relativeCodes euclidean',
    run: ({ a }) => {
      const { data } = tools.relativeCodes(takeRows(a, [0, 1, 2]), takeRows(a, [3, 4]), { similarity: 'euclidean' })
      const largest = Math.max(...data.map(Math.abs)) || 1
      return { numbers: data.map((value) => value / largest) }
    },
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'relativeCodes cosine',
    run: ({ a }) => ({ numbers: tools.relativeCodes(takeRows(a, [0, 1, 2]), takeRows(a, [3, 4])).data }),
    exceptions: { 'a shifted': 'free', 'a with a constant column': 'free', 'a with a dependent column': 'free' },
  },
  {
    name: 'attributeDirection svm',
    run: boundary('svm'),
    rtol: 3e-2,
    exceptions: {
      ...{ 'a × 1e-8': /outweighs/, 'a shifted': /outweighs/, 'a with a dependent column': 'free' },
      'rows twice': 'free',
    },
  },
  {
    name: 'attributeDirection logistic',
    run: boundary('logistic'),
    rtol: 0.2,
    exceptions: { 'a × 1e-8': /outweighs/, 'rows twice': 'free', 'a with a dependent column': 'free' },
  },
  { name: 'attributeDirection lda', run: boundary('lda'), rtol: 1e-4 },
  {
    name: 'attributeDirection meanDifference',
    run: boundary('meanDifference'),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'principalDirections',
    run: ({ a }) => ({ numbers: tools.principalDirections(a, { count: 3 }).explained }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'activationDirections',
    run: ({ a, b }) => ({ numbers: sizes(tools.activationDirections(b, a, { count: 3 }).data) }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'activationDirections beyond the rank',
    run: ({ a, b }) => ({ numbers: sizes(tools.activationDirections(b, a, { count: a.columns }).data) }),
    exceptions: { 'a with a constant column': spans, 'a with a dependent column': spans },
  },
  {
    name: 'sparseDirections',
    run: ({ a }) => ({ numbers: sizes(takeColumns(tools.sparseDirections(a, { nonzero: 2, count: 3 }), 5).data) }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'sparseDirections beyond the rank',
    run: ({ a }) => ({ numbers: [tools.sparseDirections(a, { nonzero: a.columns, count: a.columns }).rows] }),
    exceptions: { 'a with a constant column': spans, 'a with a dependent column': spans },
  },
  {
    name: 'sefa',
    run: ({ a }) => ({ numbers: sizes(tools.sefa(takeRows(a, [0, 1, 2, 3]), { count: 2 }).data) }),
    exceptions: { 'a shifted': 'free', 'a with a constant column': 'free', 'a with a dependent column': 'free' },
  },
  {
    name: 'gaussianPrior',
    run: ({ a }) => {
      const prior = tools.gaussianPrior(takeColumns(a, 5), { floor: 0 })
      const z = tensor2d(Float32Array.from(takeColumns(takeRows(a, [0, 1, 2]), 5).data), [3, 5])
      const density = prior.logProb(z)
      const values = density.dataSync()
      for (const tensor of [z, density]) tensor.dispose()
      return { numbers: [values[1]! - values[0]!, values[2]! - values[0]!] }
    },
    rtol: 3e-2,
    exceptions: {},
  },
  {
    name: 'mutualInformationGap',
    run: ({ a, factors }) => ({ numbers: [tools.mutualInformationGap(a, factors)] }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'modularity',
    run: ({ a, factors }) => ({ numbers: [tools.modularity(a, factors)] }),
    // A mean over codes, of which there is one more.
    exceptions: { 'a with a constant column': 'free', 'a with a dependent column': 'free' },
  },
  {
    name: 'sap',
    run: ({ a, factors }) => ({ numbers: [tools.sap(a, factors)] }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'dci',
    run: ({ a, factors }) => {
      const { disentanglement, informativeness, warnings } = tools.dci(a, factors, { key: key(0) })
      return { numbers: [disentanglement, informativeness], warnings }
    },
    exceptions: { 'rows twice': 'free', 'a with a dependent column': 'free' },
  },
  {
    name: 'dciOfImportance',
    run: ({ a }) => {
      const { disentanglement, completeness } = dciOfImportance(each(takeColumns(takeRows(a, [1, 2, 3]), 5), Math.abs))
      return { numbers: [disentanglement, completeness] }
    },
    exceptions: { 'a shifted': 'free' },
  },
  {
    name: 'factorVaeScore',
    run: ({ a, factors }) => ({ numbers: [tools.factorVaeScore(a, factors, sample)] }),
    exceptions: { 'rows twice': 'free', 'a with a dependent column': 'free' },
  },
  {
    name: 'betaVaeScore',
    run: ({ a, factors }) => ({ numbers: [tools.betaVaeScore(a, factors, sample)] }),
    exceptions: { 'rows twice': 'free', 'a with a dependent column': 'free' },
  },
  {
    name: 'cka',
    run: ({ a, b }) => ({ numbers: [tools.cka(a, b)] }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'cka rbf',
    run: ({ a, b }) => ({ numbers: [tools.cka(a, b, { kernel: 'rbf' })] }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  { name: 'canonicalCorrelations', run: ({ a, b }) => ({ numbers: tools.canonicalCorrelations(a, b) }) },
  {
    name: 'svcca',
    run: ({ a, b }) => ({ numbers: [tools.svcca(a, b)] }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'distanceCorrelation',
    run: ({ a, b }) => ({ numbers: [tools.distanceCorrelation(a, b)] }),
    exceptions: { 'a with a dependent column': 'free' },
  },
  {
    name: 'mutualNeighbors',
    run: ({ a, b }) => ({ numbers: [tools.mutualNeighbors(a, b)] }),
    exceptions: { ...rowsChange, 'a with a dependent column': 'free' },
  },
  {
    name: 'probeAgreement',
    run: ({ a, b, labels }) => {
      const map = tools.fitLinearMap({ a, b }, { method: 'pls', components: 3 })
      const probe = { support: { b }, test: { a, b }, supportLabels: labels, testLabels: labels, key: key(0) }
      const { agreement, accuracy } = tools.probeAgreement(map, { ...probe, method: 'lda' })
      return { numbers: [agreement, accuracy], warnings: map.warnings }
    },
    exceptions: { 'a with a dependent column': 'free' },
  },
]

/** What comes of it: the numbers, or the words of the error or the warnings. */
function outcomeOf(run: () => Output): { numbers?: readonly number[]; words: string } {
  try {
    const { numbers, warnings = [] } = run()
    return { numbers: Array.from(numbers), words: warnings.join('; ') }
  } catch (error) {
    if (GenError.is(error)) return { words: error.message }
    throw error
  }
}

beforeAll(async () => {
  await useBackend('cpu')
})

const anyCodes = /sefa|dciOfImportance|choosePoints/

describe.each(subjects)('$name', ({ name, run, rtol = 1e-5, exceptions = {} }) => {
  const expected = outcomeOf(() => run(base))

  it('gives numbers and no warning for codes that are none of this', () => {
    expect(expected.words).toBe('')
    expect(expected.numbers!.every(Number.isFinite)).toBe(true)
  })

  it.each(Object.keys(changes))('%s: the numbers stay, or words say why not', (change) => {
    const exception = exceptions[change]
    const { numbers, words } = outcomeOf(() => run(changes[change]!(base)))
    for (const value of numbers ?? []) expect(value).toSatisfy(Number.isFinite)
    if (exception instanceof RegExp) expect(words).toMatch(exception)
    else if (exception !== 'free') expect(numbers!).toBeAllClose(expected.numbers!, { rtol, atol: rtol })
  })

  it('refuses NaN and infinite codes, wherever they are', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const broken = each(base.a, (number) => number)
      broken.data.fill(value, 8, 9)
      expect(outcomeOf(() => run({ ...base, a: broken })).words).toMatch(/expected .*(finite|NaN|least 0)/)
    }
  })

  it('refuses codes beyond float32, of which nothing would end or be a number', () => {
    for (const factor of [1e150, 1e-150, 1e300]) {
      expect(outcomeOf(() => run({ ...base, a: each(base.a, (value) => factor * value) })).words).toMatch(
        /float32 holds/,
      )
    }
  })

  // Weights of a layer and importances that are all the same are weights and importances; points are chosen all the same.
  it.skipIf(anyCodes.test(name))('says that codes which are all the same are none', () => {
    const { numbers, words } = outcomeOf(() => run({ ...base, a: each(base.a, (_, k) => 0.1 * (k + 1)) }))
    for (const value of numbers ?? []) expect(value).toSatisfy(Number.isFinite)
    if (numbers?.every((value) => value === 0 || value === 1)) return
    expect(words).not.toBe('')
  })
})
