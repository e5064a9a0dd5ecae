import { tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { bitsPerDimension } from './bits-per-dimension.ts'

describe('bitsPerDimension', () => {
  it('of uniform noise over 256 levels is 8', () => {
    // A density of 1 on [0, 1]: 0 nats, and log₂ 256 for the levels.
    expect(bitsPerDimension([0, 0], { dimensions: 784, levels: 256 }).value).toBe(8)
    // The same as a discrete likelihood: 784·ln 256 nats.
    expect(bitsPerDimension([784 * Math.log(256)], { dimensions: 784 }).value).toBeCloseTo(8, 12)
  })

  it('gives each sample, their mean and its error', () => {
    const nats = tensor1d([Math.LN2, 3 * Math.LN2])
    const { value, standardError, perSample } = bitsPerDimension(nats, { dimensions: 1 })
    expect(perSample).toBeAllClose([1, 3], { rtol: 1e-6 })
    expect([value, standardError!]).toBeAllClose([2, 1], { rtol: 1e-6 })
    nats.dispose()
  })

  it('refuses what has no bits', () => {
    expect(() => bitsPerDimension([], { dimensions: 2 })).toThrow('at least 1 sample')
    expect(() => bitsPerDimension([1], { dimensions: 0 })).toThrow('expected dimensions')
    expect(() => bitsPerDimension([Number.POSITIVE_INFINITY], { dimensions: 2 })).toThrow('got Infinity at 0')
  })
})
