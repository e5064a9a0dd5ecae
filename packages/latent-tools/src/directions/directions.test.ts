import { key, normal, useBackend } from '@gen/backend'
import { dotProduct, gram, type Matrix64, product, rowOf, svd, transposed } from '@gen/linear-algebra'
import { matMul, slice, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { bells, build } from '../testing.ts'
import { attributeDirection, type Direction } from './attribute-direction.ts'
import type { Classifier } from './classifier.ts'
import type { DirectionMethod } from './direction-method.ts'
import { discriminantAnalysis } from './discriminant-analysis.ts'
import { distanceTo, moveBy, moveLayers, moveTo } from './edit.ts'
import { entanglement, identityKept, summarizeEntanglement } from './entanglement.ts'
import { labelsFromScores } from './labels.ts'
import { logisticRegression, supportVectorMachine } from './margin-classifiers.ts'
import { activationDirections, directionFrom, principalDirections, sefa, sparseDirections } from './principal.ts'
import { projectDirection } from './project.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const unit = (seed: number, size = 8): Direction => {
  const { data } = bells(seed, 1, size)
  return { normal: data.map((value) => value / Math.hypot(...data)), offset: 0.3 }
}
const tensorOf = ({ data, rows, columns }: Matrix64): Tensor2D => tensor2d(Float32Array.from(data), [rows, columns])
const methods: DirectionMethod[] = ['svm', 'logistic', 'lda', 'meanDifference']

describe('attribute directions', () => {
  const codes = bells(1, 400, 8)
  const truth = unit(9)
  const labels = Array.from({ length: 400 }, (_, i) =>
    Number(dotProduct(rowOf(codes, i), truth.normal) + truth.offset > 0),
  )

  it.each(methods)('%s finds a planted boundary and says how accurate it is', (method) => {
    const found = attributeDirection(codes, labels, { method, key: key(0) })
    expect(dotProduct(found.normal, truth.normal)).toBeGreaterThan(0.95)
    expect(Math.hypot(...found.normal)).toBeCloseTo(1, 12)
    // The mean difference puts its boundary half way, however unlike the spreads of both classes are.
    expect(found.accuracy.heldOut).toBeGreaterThan(method === 'meanDifference' ? 0.85 : 0.9)
    expect(found.accuracy.baseline).toBeLessThan(0.8)
  })

  it.each<[DirectionMethod, Classifier]>([
    ['svm', supportVectorMachine],
    ['logistic', logisticRegression],
    ['lda', discriminantAnalysis],
  ])('%s from fewer codes than dimensions is the boundary of the whole space', (method, classify) => {
    const few = bells(6, 20, 45)
    const own = Array.from({ length: 20 }, (_, i) => i % 2)
    const { weights } = classify(few, own, 1)
    const found = attributeDirection(few, own, { method, heldOut: 0, key: key(0) })
    expect(found.normal).toBeAllClose(
      weights.map((value) => value / Math.hypot(...weights)),
      { rtol: 1e-3, atol: 1e-4 },
    )
  })

  it('find nothing in shuffled labels: held-out accuracy near the baseline', () => {
    const shuffled = labels.map((_, i) => labels[(i * 73) % 400]!)
    const { accuracy } = attributeDirection(codes, shuffled, { key: key(0) })
    expect(accuracy.heldOut - accuracy.baseline).toBeLessThan(0.1)
  })

  it('refuse constant attributes, other labels and other counts, and say what to do', () => {
    const where = 'latentTools.attributeDirection: expected'
    expect(() =>
      attributeDirection(
        codes,
        labels.map(() => 1),
        { key: key(0) },
      ),
    ).toThrow(
      `${where} at least 2 samples with the attribute and 2 without, got 400 with and 0 without; a constant attribute has no direction, pass samples that differ in it`,
    )
    expect(() =>
      attributeDirection(
        codes,
        labels.map((l) => l * 2),
        { key: key(0) },
      ),
    ).toThrow('make them from scores with labelsFromScores')
    expect(() => attributeDirection(codes, [1, 0], { key: key(0) })).toThrow(
      `${where} a label for each of 400 codes, got 2`,
    )
  })

  it('from scores take both ends and leave out the middle', () => {
    const scores = Array.from({ length: 100 }, (_, i) => (i * 37) % 100)
    const { rows, labels: chosen } = labelsFromScores(scores, { fraction: 0.1 })
    expect([...rows].slice(0, 10).every((row) => scores[row]! >= 90)).toBe(true)
    expect([...rows].slice(10).every((row) => scores[row]! < 10)).toBe(true)
    expect([...chosen]).toEqual([...new Array(10).fill(1), ...new Array(10).fill(0)])
    expect(() => labelsFromScores(new Array(50).fill(3))).toThrow('the attribute is constant')
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const broken = scores.map((score, i) => (i === 31 ? wrong : score))
      expect(() => labelsFromScores(broken)).toThrow(
        `latentTools.labelsFromScores: expected finite numbers in scores, got ${wrong} at 31; drop that sample or mend what made it`,
      )
    }
  })
})

describe('directions of codes that hardly have any', () => {
  const labels = [0, 1, 0, 1, 0, 1]
  const options = { heldOut: 0, key: key(0) }

  it.each(methods)('%s between two points is the way from one to the other', (method) => {
    const points = build(6, 2, (i, j) => (j === 0 ? i % 2 : 0))
    const { normal, offset } = attributeDirection(points, labels, { ...options, method })
    expect(normal).toBeAllClose([1, 0], { atol: 1e-12 })
    if (method !== 'svm') expect(offset).toBeCloseTo(-0.5, 6)
  })

  it.each(methods)('%s refuses codes that are all the same, and classes with one mean has none', (method) => {
    const same = build(6, 2, (_, j) => 0.1 * (j + 1))
    expect(() => attributeDirection(same, labels, { ...options, method })).toThrow(
      'latentTools.attributeDirection: expected codes that differ, got 6 times the same; the encoder has collapsed',
    )
  })

  it('refuses classes of the same mean', () => {
    const x = build(4, 1, (i) => [0.1, 0.1, 0.3, 0.3][i]!)
    expect(() => attributeDirection(x, [0, 1, 1, 0], { ...options, method: 'meanDifference' })).toThrow(
      'got the same means with it and without',
    )
  })

  it('a condition or a direction of length 0 is none; other lengths change nothing', () => {
    const zero = { normal: new Float64Array(3), offset: 0 }
    const [a, b] = [unit(1, 3), unit(2, 3)]
    expect(() => projectDirection(a, [zero])).toThrow('expected a condition with a normal that points somewhere')
    expect(() => projectDirection(zero, [a])).toThrow('expected direction with a normal that points somewhere')
    const long = { normal: a.normal.map((value) => 1e-8 * value), offset: 1e-8 * a.offset }
    const [once, again] = [projectDirection(a, [b]), projectDirection(long, [b])]
    expect(again.normal).toBeAllClose(once.normal, { rtol: 1e-10 })
    expect([again.remaining, again.offset]).toBeAllClose([once.remaining, once.offset], { rtol: 1e-10 })
  })

  it('a boundary of codes scaled by 1e8 is that of the codes, and svm says where its penalty outweighs them', () => {
    const codes = bells(1, 60, 3)
    const of = Array.from({ length: 60 }, (_, i) => Number(codes.data[3 * i]! + 0.2 * codes.data[3 * i + 1]! > 0))
    const small = { ...codes, data: codes.data.map((value) => 1e-8 * value) }
    expect(attributeDirection(codes, of, options).warnings).toEqual([])
    expect(attributeDirection(small, of, options).warnings).toEqual([
      expect.stringMatching(
        /^the penalty of svm outweighs 60 codes with a deviation of .*e-9: scale the codes, or pass a/,
      ),
    ])
  })
})

describe('editing', () => {
  it('moves the distance to the boundary by what was asked, or to it', async () => {
    const z = normal(key(1), [5, 8]) as Tensor2D
    const direction = unit(3)
    const results = tidy(() => ({
      before: distanceTo(z, direction),
      by: distanceTo(moveBy(z, direction, 1.5), direction),
      to: distanceTo(moveTo(z, direction, -2), direction),
    }))
    const before = await results.before.data()
    expect(await results.by.data()).toBeAllClose(
      before.map((value) => value + 1.5),
      { rtol: 1e-5, atol: 1e-5 },
    )
    expect(await results.to.data()).toBeAllClose(new Float32Array(5).fill(-2), { rtol: 1e-5 })
    for (const tensor of [z, ...Object.values(results)]) tensor.dispose()
  })

  it('of layers leaves the other layers alone', async () => {
    const z = normal(key(2), [3, 12]) as Tensor2D
    const moved = moveLayers(z, unit(4, 4), { layerSize: 4, layers: [1], amount: 2 })
    const [before, after] = [await z.data(), await moved.data()]
    const changed = [...after].map((value, at) => value !== before[at])
    expect(changed).toEqual(changed.map((_, at) => at % 12 >= 4 && at % 12 < 8))
    expect(() => moveLayers(z, unit(4, 5), { layerSize: 5, layers: [0], amount: 1 })).toThrow(
      'expected codes of whole layers',
    )
    expect(() => moveLayers(z, unit(4, 4), { layerSize: 4, layers: [3], amount: 1 })).toThrow('layers')
    z.dispose()
    moved.dispose()
  })
})

describe('projection', () => {
  it('is orthogonal to every condition, for any number of them, also dependent ones', () => {
    void fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(1000), (count, seed) => {
        const conditions = Array.from({ length: count }, (_, i) => unit(seed + i + 1))
        conditions.push(conditions[0]!)
        const projected = projectDirection(unit(seed + 50), conditions)
        for (const { normal } of conditions) expect(Math.abs(dotProduct(projected.normal, normal))).toBeLessThan(1e-12)
        expect(Math.hypot(...projected.normal)).toBeCloseTo(1, 12)
      }),
      { numRuns: 50 },
    )
  })

  it('with one condition is n₁ − (n₁ᵀn₂)n₂, normalized', () => {
    const [a, b] = [unit(1), unit(2)]
    const along = dotProduct(a.normal, b.normal)
    const left = a.normal.map((value, k) => value - along * b.normal[k]!)
    const { normal, cosines, remaining } = projectDirection(a, [b])
    expect(normal).toBeAllClose(
      left.map((value) => value / Math.hypot(...left)),
      { rtol: 1e-12 },
    )
    expect(cosines[0]).toBeCloseTo(along, 12)
    expect(remaining).toBeCloseTo(Math.sqrt(1 - along * along), 12)
  })

  it('warns where nothing changes and where little is left, and refuses when nothing is', () => {
    const axis = (at: number): Direction => ({ normal: new Float64Array(4).fill(1, at, at + 1), offset: 0 })
    const unchanged = projectDirection(axis(0), [axis(1), axis(2)])
    expect([...unchanged.normal]).toEqual([1, 0, 0, 0])
    expect(unchanged.warnings).toHaveLength(1)
    expect(unchanged.warnings[0]).toMatch(
      /^the boundaries are orthogonal already \(cosines up to 0\.000\): projection changes nothing/,
    )
    const near: Direction = { normal: Float64Array.of(Math.cos(0.1), Math.sin(0.1), 0, 0), offset: 0 }
    expect(projectDirection(near, [axis(0)]).warnings).toEqual([
      'only 10.0 % of the direction is left: the attribute is nearly made of its conditions',
    ])
    expect(() => projectDirection(axis(0), [axis(0)])).toThrow('nothing left; drop a condition')
    expect(() => projectDirection(axis(0), [unit(1)])).toThrow(
      'expected conditions of 4 dimensions, as the direction, got 8',
    )
  })
})

describe('a synthetic linear generator with three known factors', () => {
  // Attribute j of an image is factor j; the directions below are deliberately mixed.
  const mixing = svd(bells(31, 6, 6)).u
  const generator = { latentSize: 6, decode: (z: Tensor2D) => tidy(() => matMul(z, tensorOf(mixing))) }
  const measure = (images: Tensor2D) => slice(images, [0, 0], [-1, 3])
  const truth = (j: number): Direction => ({ normal: Float64Array.from(rowOf(transposed(mixing), j)), offset: 0 })

  it('editing along a known factor changes that factor only', async () => {
    const z = normal(key(5), [64, 6]) as Tensor2D
    const { change } = await entanglement(generator, z, [truth(0), truth(1), truth(2)], measure as never)
    expect(change.data).toBeAllClose([1, 0, 0, 0, 1, 0, 0, 0, 1], { atol: 1e-5 })
    z.dispose()
  })

  it('entangled directions change others, and their projection does not', async () => {
    const z = normal(key(6), [64, 6]) as Tensor2D
    const mixed = [0, 1, 2].map((j) => {
      const other = truth((j + 1) % 3).normal
      const sum = truth(j).normal.map((value, k) => value + 0.6 * other[k]!)
      return { normal: sum.map((value) => value / Math.hypot(...sum)), offset: 0 }
    })
    const before = summarizeEntanglement((await entanglement(generator, z, mixed, measure as never)).relative)
    const projected = mixed.map((direction, j) => projectDirection(direction, [truth((j + 1) % 3), truth((j + 2) % 3)]))
    const after = summarizeEntanglement((await entanglement(generator, z, projected, measure as never)).relative)
    expect(before.ratio).toBeGreaterThan(0.25)
    expect(after.ratio).toBeLessThan(1e-4)
    z.dispose()
  })

  it('identity is 1 for no edit, and falls with its size', async () => {
    const z = normal(key(7), [32, 6]) as Tensor2D
    const mean = async (amount: number) => {
      const moved = moveBy(z, truth(0), amount)
      const kept = await identityKept(generator, z, moved)
      moved.dispose()
      return kept.reduce((sum, value) => sum + value, 0) / 32
    }
    const [none, some, much] = [await mean(0), await mean(1), await mean(4)]
    expect(none).toBeCloseTo(1, 5)
    expect(some).toBeLessThan(none - 0.01)
    expect(much).toBeLessThan(some - 0.1)
    z.dispose()
  })
})

describe('directions without labels', () => {
  it('principal ones are orthonormal and carry the variance', () => {
    const x = bells(2, 100, 5)
    const { components, deviations, explained } = principalDirections(x, { count: 3 })
    expect(gram(transposed(components)).data).toBeAllClose([1, 0, 0, 0, 1, 0, 0, 0, 1], { atol: 1e-12 })
    const first = directionFrom(components, 0)
    const along = Array.from({ length: 100 }, (_, i) => dotProduct(rowOf(x, i), first.normal))
    const mean = along.reduce((sum, value) => sum + value, 0) / 100
    const deviation = Math.sqrt(along.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 99)
    expect(deviation).toBeCloseTo(deviations[0]!, 10)
    expect(explained[0]!).toBeGreaterThan(explained[2]!)
    expect(() => principalDirections(x, { count: 6 })).toThrow('count')
  })

  it('activationDirections and sefa find the axis that a layer enlarges', () => {
    const axis = unit(12, 4).normal
    // h = z·(I + 9·a·aᵀ): along a everything is ten times larger.
    const weights = build(4, 4, (i, j) => Number(i === j) + 9 * axis[i]! * axis[j]!)
    const z = bells(3, 200, 4)
    const found = [rowOf(sefa(weights), 0), rowOf(activationDirections(z, product(z, weights), { count: 2 }), 0)]
    expect(Math.abs(dotProduct(found[0]!, axis))).toBeGreaterThan(1 - 1e-12)
    expect(Math.abs(dotProduct(found[1]!, axis))).toBeGreaterThan(0.99)
  })

  it('sparse ones use as many dimensions as allowed, and those that vary together', () => {
    const e = bells(4, 300, 6)
    const x = build(300, 6, (i, j) => (j < 2 ? 3 * e.data[i * 6]! : e.data[i * 6 + j]!))
    const found = sparseDirections(x, { nonzero: 2, count: 2 })
    const used = [...rowOf(found, 0)].flatMap((value, k) => (value === 0 ? [] : [k]))
    expect(used).toEqual([0, 1])
    expect(rowOf(found, 0).filter((value) => value !== 0)).toBeAllClose([Math.SQRT1_2, Math.SQRT1_2], { rtol: 1e-6 })
    expect(rowOf(found, 1).filter((value) => value !== 0)).toHaveLength(2)
  })
})
