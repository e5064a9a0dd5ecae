import { key } from '@gen/backend'
import { type Matrix64, product, svd } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import { bells, build, uniform } from '../testing.ts'
import { dci } from './dci.ts'
import { betaVaeScore, factorVaeScore } from './fixed-factor.ts'
import { modularity, mutualInformationGap, sap } from './scores.ts'

const levels = uniform(1, 600 * 4)
const factors = build(600, 4, (i, j) => Math.floor(levels[i * 4 + j]! * 5))
const scaled = build(600, 4, (i, j) => (factors.data[i * 4 + j]! - 2) * (j + 1))
const rotated = product(scaled, svd(bells(3, 4, 4)).u)
const noise = bells(5, 600, 4)
const few = { votes: 200, testVotes: 100, groupSize: 20, key: key(0) }

const scores: readonly [string, (codes: Matrix64) => number][] = [
  ['MIG', (codes) => mutualInformationGap(codes, factors)],
  ['SAP', (codes) => sap(codes, factors)],
  ['modularity', (codes) => modularity(codes, factors)],
  ['DCI disentanglement', (codes) => dci(codes, factors, { key: key(0) }).disentanglement],
  ['DCI completeness', (codes) => dci(codes, factors, { key: key(0) }).completeness],
  ['FactorVAE', (codes) => factorVaeScore(codes, factors, few)],
]

describe('disentanglement scores', () => {
  it.each(scores)('%s is near 1 for codes that are the factors, and lower for mixed ones', (_, score) => {
    const best = score(scaled)
    expect(best).toBeGreaterThan(0.9)
    expect(score(rotated)).toBeLessThan(best - 0.1)
  })

  it('β-VAE and FactorVAE scores are near chance for noise', () => {
    expect(betaVaeScore(scaled, factors, few)).toBeGreaterThan(0.95)
    expect(betaVaeScore(noise, factors, few)).toBeLessThan(0.45)
    expect(factorVaeScore(noise, factors, few)).toBeLessThan(0.45)
  })

  it('DCI tells what the codes know from how it is arranged', () => {
    const [clean, mixed, none] = [scaled, rotated, noise].map(
      (codes) => dci(codes, factors, { key: key(1) }).informativeness,
    )
    expect(clean).toBeGreaterThan(0.99)
    expect(mixed).toBeGreaterThan(0.98)
    expect(none).toBeLessThan(0.05)
  })

  it('do not change with the order of the codes or their scale', () => {
    const swapped = build(600, 4, (i, j) => 7 * scaled.data[i * 4 + 3 - j]!)
    for (const [, score] of scores.slice(0, 3)) expect(score(swapped)).toBeCloseTo(score(scaled), 12)
  })

  it('see neither units nor shifts: SAP of perfect codes × 1e-7 is that of perfect codes', () => {
    const tiny = build(600, 4, (i, j) => 1e-7 * (scaled.data[i * 4 + j]! + 3))
    for (const [, score] of scores) expect(score(tiny)).toBeCloseTo(score(scaled), 6)
    expect(sap(tiny, factors)).toBeGreaterThan(0.9)
  })

  it('refuse continuous factors, of which every sample has its own, also where every row is there twice', () => {
    const doubled = (x: Matrix64) => ({ ...x, rows: 2 * x.rows, data: Float64Array.from([...x.data, ...x.data]) })
    for (const score of [mutualInformationGap, modularity]) {
      expect(() => score(scaled, noise)).toThrow(
        'got 600 values of 600 samples in column 0; round them to a few values',
      )
      expect(() => score(doubled(scaled), doubled(noise))).toThrow('round them to a few values')
    }
  })

  it('refuse constant factors, factors that never repeat and mismatched counts', () => {
    const constant = build(600, 2, (i, j) => (j === 0 ? 1 : i % 3))
    expect(() => mutualInformationGap(scaled, constant)).toThrow(
      'latentTools.mutualInformationGap: expected factors that vary, got 1 everywhere in column 0; leave that factor out',
    )
    expect(() => factorVaeScore(scaled, noise, few)).toThrow('round them to a few values')
    expect(() => dci(scaled, bells(1, 3, 2), { key: key(0) })).toThrow(
      'expected as many rows in codes as in factors, got 600 and 3',
    )
  })
})
