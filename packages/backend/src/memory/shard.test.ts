/** Shards are whole batches of the draw, all of them, each once. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchesOf } from './shard.ts'

it('cuts any draw into shards that are its batches, in order, none empty and none much larger', () => {
  const draws = fc.record({
    count: fc.integer({ min: 1, max: 5000 }),
    batchSize: fc.integer({ min: 1, max: 300 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(draws, ({ count, batchSize, share }) => {
      const of = 1 + Math.floor(share * (Math.ceil(count / batchSize) - 1))
      const shards = Array.from({ length: of }, (_, index) =>
        batchesOf('demo.f', { count, batchSize, shard: { index, of } }),
      )
      expect(shards.flat()).toEqual(batchesOf('demo.f', { count, batchSize }))
      const sizes = shards.map(({ length }) => length)
      expect(Math.min(...sizes)).toBeGreaterThan(0)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }),
  )
})

it('makes every row once', () => {
  expect(batchesOf('demo.f', { count: 5, batchSize: 2 })).toEqual([
    { from: 0, rows: 2 },
    { from: 2, rows: 2 },
    { from: 4, rows: 1 },
  ])
})

it.each([
  [{ index: 3, of: 3 }, 'demo.f: expected shard.index an integer ≥ 0 and ≤ 2, got 3'],
  [{ index: -1, of: 3 }, 'demo.f: expected shard.index'],
  [{ index: 0, of: 0 }, 'demo.f: expected shard.of'],
  [{ index: 0.5, of: 2 }, 'demo.f: expected shard.index'],
  [{ index: 0, of: 4 }, 'expected at most 3 shards of 5 rows, made 2 at once, got 4; pass batchSize: 1'],
  [{ index: 0, of: 6 }, 'expected at most 3 shards of 5 rows, made 2 at once, got 6; take 5 shards or fewer'],
])('refuses shard %j', (shard, message) => {
  expect(() => batchesOf('demo.f', { count: 5, batchSize: 2, shard })).toThrow(message)
})
