/** What is measured on data kept back says nothing where there is nothing: negative controls of every held-out number. */

import { key, useBackend } from '@gen/backend'
import { type Matrix64, takeRows } from '@gen/linear-algebra'
import { reshape, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import * as tools from '../index.ts'
import { bells, build, uniform } from '../testing.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Labels that have nothing to do with any codes; half of them are 1. */
const coins = (seed: number, count: number) => Array.from(uniform(seed, count), (value) => Number(value < 0.5))
const seeds = [1, 2, 3, 4, 5, 6, 7, 8]
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const firsts = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)
/** Every row as often as asked, one after the other. */
const copies = (x: Matrix64, times: number) =>
  takeRows(
    x,
    firsts(x.rows * times).map((i) => i % x.rows),
  )
const methods: readonly tools.DirectionMethod[] = ['svm', 'logistic', 'lda', 'meanDifference']

describe.each(methods)('attributeDirection %s of meaningless labels', (method) => {
  const accuracyOf = (x: Matrix64, labels: readonly number[], seed: number) =>
    tools.attributeDirection(x, labels, { method, key: key(seed) })

  it.each([
    ['more codes than dimensions', 120, 4],
    ['fewer codes than dimensions, which are learned by heart', 60, 90],
  ])('has the accuracy of chance on codes kept back: %s', (_, count, size) => {
    const found = seeds.map((seed) => accuracyOf(bells(seed, count, size), coins(seed + 20, count), seed).accuracy)
    // 8 · 0.3 · count coins: four deviations of their mean.
    expect(Math.abs(mean(found.map(({ heldOut }) => heldOut)) - 0.5)).toBeLessThan(2 / Math.sqrt(8 * 0.3 * count))
    if (size > count && method !== 'meanDifference') expect(mean(found.map(({ train }) => train))).toBe(1)
  })

  it('has it too where every code is there three times', () => {
    const found = seeds.map((seed) => {
      const labels = coins(seed + 40, 40)
      return accuracyOf(copies(bells(seed, 40, 60), 3), [...labels, ...labels, ...labels], seed)
    })
    expect(Math.abs(mean(found.map(({ accuracy }) => accuracy.heldOut)) - 0.5)).toBeLessThan(
      2 / Math.sqrt(8 * 0.3 * 40),
    )
    for (const { warnings } of found) expect(warnings).toEqual([])
  })

  it('is told where copies cannot be kept apart, and is no number where nothing is kept back', () => {
    const two = build(20, 2, (i, j) => (j === 0 ? i % 2 : 0))
    const labels = Array.from({ length: 20 }, (_, i) => i % 2)
    const found = tools.attributeDirection(two, labels, { method, key: key(0) })
    expect(found.warnings.join()).toMatch('heldOut is not an accuracy on new codes')
    expect(found.normal).toBeAllClose([1, 0], { atol: 1e-6 })
    const all = tools.attributeDirection(two, labels, { method, heldOut: 0, key: key(0) })
    expect(all.accuracy.heldOut).toBeNaN()
    expect(all.accuracy.baseline).toBe(0.5)
  })
})

describe('scores of codes that know nothing', () => {
  const levels = uniform(50, 240 * 3)
  const factors = build(240, 3, (i, j) => Math.floor(levels[3 * i + j]! * 4))
  const sample = (seed: number) => ({ votes: 300, testVotes: 200, groupSize: 16, key: key(seed) })

  it('are those of chance: β-VAE, FactorVAE', () => {
    for (const score of [tools.betaVaeScore, tools.factorVaeScore]) {
      const found = mean(seeds.map((seed) => score(bells(seed, 240, 4), factors, sample(seed))))
      expect(Math.abs(found - 1 / 3)).toBeLessThan(0.06)
    }
  })

  it('are those of chance with few samples, of which the votes could learn each by heart', () => {
    const few = takeRows(factors, firsts(40))
    for (const score of [tools.betaVaeScore, tools.factorVaeScore]) {
      const found = mean(seeds.map((seed) => score(bells(seed, 40, 6), few, sample(seed))))
      expect(Math.abs(found - 1 / 3)).toBeLessThan(0.1)
    }
  })

  it('DCI predicts nothing of samples kept back, also where it has learned as many weights as samples', () => {
    const found = seeds.map((seed) => {
      const codes = bells(seed, 40, 40)
      return tools.dci(codes, takeRows(factors, firsts(40)), { penalty: 1e-3, key: key(seed) }).informativeness
    })
    expect(mean(found)).toBeLessThan(0)
    const thrice = seeds.map((seed) => {
      const known = copies(takeRows(factors, firsts(40)), 3)
      return tools.dci(copies(bells(seed, 40, 40), 3), known, { penalty: 1e-3, key: key(seed) }).informativeness
    })
    expect(mean(thrice)).toBeLessThan(0)
  })

  it('DCI of a factor that the samples kept back lack is a number, and told', () => {
    const codes = bells(1, 60, 3)
    const rare = build(60, 2, (i, j) => (j === 0 ? Number(i === 7) : i % 3))
    const outcomes = seeds.map((seed) => tools.dci(codes, rare, { key: key(seed) }))
    for (const { informativeness } of outcomes) expect(informativeness).toSatisfy(Number.isFinite)
    expect(outcomes.flatMap(({ warnings }) => warnings)).toContain(
      'factor 0 does not vary in the samples kept back: its R² is against its variance over all samples',
    )
  })
})

describe('maps between spaces that share nothing', () => {
  it('explain nothing of test points, and probes agree by chance', () => {
    const found = seeds.map((seed) => {
      const [a, b] = [bells(seed, 160, 8), bells(seed + 30, 160, 8)]
      const [learn, ask] = [firsts(60), firsts(100, 60)]
      const map = tools.fitLinearMap({ a: takeRows(a, learn), b: takeRows(b, learn) })
      const test = { a: takeRows(a, ask), b: takeRows(b, ask) }
      const labels = coins(seed + 60, 160)
      const probe = tools.probeAgreement(map, {
        ...{ support: { b: takeRows(b, learn) }, test, key: key(seed) },
        ...{ supportLabels: labels.slice(0, 60), testLabels: labels.slice(60) },
      })
      return { r2: tools.latentErrors(tools.mapCodes(map, test.a), test.b).r2, probe }
    })
    expect(mean(found.map(({ r2 }) => r2))).toBeLessThan(0)
    for (const of of ['agreement', 'accuracy', 'mappedAccuracy'] as const) {
      expect(Math.abs(mean(found.map(({ probe }) => probe[of])) - 0.5)).toBeLessThan(2 / Math.sqrt(8 * 100) + 0.02)
    }
  })

  it('have no λ with less error than the mean, also where every point is there three times', () => {
    const { a, b } = { a: bells(1, 40, 30), b: bells(2, 40, 5) }
    for (const times of [1, 3]) {
      const { ridge, errors, warnings } = tools.chooseRidge(
        { a: copies(a, times), b: copies(b, times) },
        { key: key(0) },
      )
      expect(ridge).toBeGreaterThanOrEqual(100)
      // bells has variance 1/3.
      expect(errors[0]!.error).toBeGreaterThan(1.2 / 3)
      if (ridge === 1e4) expect(warnings[0]).toMatch('is the largest tried')
    }
  })

  it('are compared without a claim: R² below 0 on the test images, and copies of support images are told', async () => {
    const decode = (z: Tensor2D): Tensor => tidy(() => reshape(z, [-1, 2, 2, 1]))
    const images = tidy(() => decode(tensor2d(Float32Array.from(bells(3, 60, 4).data), [60, 4])))
    const model = { latentSize: 4, decode }
    const options = { support: 30, sizes: [], key: key(0) }
    const codes = { a: bells(4, 60, 4), b: bells(5, 60, 4), images }
    const found = await tools.compareLocated(model, model, codes, options)
    expect(found.latent.r2).toBeLessThan(0)
    expect(found.warnings).toEqual([])
    const same = { ...codes, a: copies(takeRows(codes.a, firsts(20)), 3) }
    const { warnings, report } = await tools.compareLocated(model, model, same, options)
    expect(warnings[0]).toMatch(/of 30 test images have the code of a support image/)
    expect(report).toMatch(warnings[0]!)
    images.dispose()
  })
})

describe('likeness of independent codes', () => {
  it('is not claimed where counting alone makes it 1', () => {
    const [a, b] = [bells(1, 12, 8), bells(2, 12, 8)]
    for (const measure of [tools.svcca, tools.canonicalCorrelations]) {
      expect(() => measure(a, b)).toThrow(
        /expected more samples than dimensions of both spaces together, got 12 different/,
      )
      expect(() => measure(copies(a, 5), copies(b, 5))).toThrow('got 12 different ones for')
    }
    expect(tools.canonicalCorrelations(bells(3, 400, 4), bells(4, 400, 4))[0]!).toBeLessThan(0.3)
    expect(tools.svcca(bells(3, 400, 4), bells(4, 400, 4))).toBeLessThan(0.2)
  })
})
