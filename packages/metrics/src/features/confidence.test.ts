import { matrix } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import { confidentShare } from './confidence.ts'

describe('confidentShare', () => {
  const rows = [
    [0.95, 0.05],
    [0.1, 0.9],
    [0.6, 0.4],
    [0.5, 0.5],
  ]

  it('counts the samples that are named with enough probability', () => {
    // √(½ · ½ / 4) = ¼
    expect(confidentShare(matrix(rows))).toMatchObject({ value: 0.5, standardError: 0.25, samples: { fake: 4 } })
    expect(confidentShare(matrix(rows), { threshold: 0.55 }).value).toBe(0.75)
    expect(confidentShare(matrix(rows), { threshold: 1 }).value).toBe(0)
  })

  it('refuses what is no probability', () => {
    expect(() => confidentShare(matrix(rows), { threshold: 90 })).toThrow(/metrics.confidentShare: .*threshold/)
    expect(() => confidentShare(matrix([[Number.NaN, 1]]))).toThrow(/metrics.confidentShare/)
  })
})
