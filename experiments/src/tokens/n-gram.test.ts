import { key, randintArray } from '@gen/backend'
import { describe, expect, it } from 'vitest'
import { natsOf, nGram } from './n-gram.ts'

const size = 4
/** Tokens that mostly go up by one. */
const row = (count: number, seed: number) => {
  const steps = randintArray(key(seed), count, 1, { max: 10 })
  let last = 0
  return steps.map((step) => {
    last = (last + (step < 8 ? 1 : step)) % size
    return last
  })
}

describe('an n-gram', () => {
  it.each([1, 2, 3, 5])('of order %i gives probabilities that add up to 1, after contexts seen or not', (order) => {
    const model = nGram(row(200, 1), { order, size: size + 1 })
    for (const context of [[], [0], [4], [1, 2], [4, 4, 4], [3, 0, 1, 2], [0, 0, 0, 0, 0, 0]]) {
      const all = Array.from({ length: size + 1 }, (_, token) => model.probability(context, token))
      expect(all.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
      expect(Math.min(...all)).toBeGreaterThan(0)
    }
  })

  it('is the share of each pair, less the discount, as computed by hand', () => {
    // Pairs of 0 1 0 1 0 0: after 0 come 1, 1, 0; after 1 come 0, 0. No pair is seen once but (0, 0), two are seen twice.
    const model = nGram([0, 1, 0, 1, 0, 0], { order: 2, size: 2 })
    const discount = 1 / (1 + 2 * 2)
    // 0 stands behind 0 and 1, 1 behind 0 alone: two predecessors and one.
    const lower = (token: number) => {
      const own = 1 / (1 + 2 * 1)
      return (Math.max((token === 0 ? 2 : 1) - own, 0) + own * 2 * 0.5) / 3
    }
    expect(model.probability([0], 1)).toBeCloseTo((2 - discount + discount * 2 * lower(1)) / 3, 12)
    expect(model.probability([1], 1)).toBeCloseTo((discount * 1 * lower(1)) / 2, 12)
  })

  it('comes near the entropy of a chain, and knows no more by a longer context', () => {
    const train = row(20_000, 2)
    const test = row(5_000, 3)
    // Up by one with 8/10; by 8 and 9 (the same as 0 and 1) with 1/10 each.
    const entropy = -(0.9 * Math.log(0.9) + 0.1 * Math.log(0.1))
    for (const order of [2, 3, 5]) {
      const nats = natsOf(nGram(train, { order, size }), test)
      expect(Math.abs(nats.reduce((sum, n) => sum + n, 0) / test.length - entropy)).toBeLessThan(0.02)
    }
  })
})
