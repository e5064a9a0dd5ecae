import { key } from '@gen/backend'
import { describe, expect, it } from 'vitest'
import { fid } from './distances/fid.ts'
import { evaluateFeatures } from './evaluate.ts'
import { vectors } from './testing.ts'

const features = { name: 'net', size: 8, resizer: 'none' }
const real = { ...vectors(1, 120, 8), features }
const fake = { ...vectors(2, 120, 8, { shift: 0.2 }), features }

describe('evaluateFeatures', () => {
  it('gives every metric with its context, as JSON', () => {
    const results = evaluateFeatures(real, fake, { key: key(0) })
    expect(results.map(({ metric }) => metric)).toEqual([
      'fid',
      'kid',
      'precision',
      'recall',
      'density',
      'coverage',
      'mmd',
      'sliced-wasserstein',
    ])
    for (const result of results) {
      expect(Number.isFinite(result.value)).toBe(true)
      expect(result).toMatchObject({ features, samples: { real: 120, fake: 120 } })
    }
    expect(JSON.parse(JSON.stringify(results))).toEqual(results)
    expect(results[0]).toEqual(fid(real, fake))
    expect(evaluateFeatures(real, fake, { key: key(0) })).toEqual(results)
  })

  it('gives those asked for, and refuses others', () => {
    const [only, ...rest] = evaluateFeatures(real, fake, { key: key(0), metrics: ['mmd'] })
    expect([only!.metric, rest]).toEqual(['mmd', []])
    const metrics = ['lpips' as 'mmd']
    expect(() => evaluateFeatures(real, fake, { key: key(0), metrics })).toThrow('expected metrics among fid, kid')
  })
})
