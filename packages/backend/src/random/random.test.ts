import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  bernoulli,
  categorical,
  fold,
  key,
  normal,
  normalArray,
  permutation,
  permute,
  randint,
  randintArray,
  split,
  uniform,
  uniformArray,
  useBackend,
} from '../index.ts'
import { boxMuller, negativeLog } from './box-muller.ts'
import { golden } from './golden.ts'
import { mulHigh } from './mul-high.ts'
import { chiSquare, correlation, kolmogorov, normalDistribution } from './statistics.ts'

const k = key(7)
const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const offsets = fc.integer({ min: 0, max: 2 ** 45 })

beforeAll(() => useBackend('cpu'))

function read(make: () => tf.Tensor): number[] {
  return tf.tidy(() => [...make().dataSync()])
}

describe('the same key gives the same numbers, for ever', () => {
  afterEach(() => useBackend('cpu'))

  it('arrays', () => {
    expect(split(k)).toEqual(golden.split)
    expect(fold(k, 5)).toEqual(golden.fold)
    expect([...normalArray(k, 2, 5)]).toEqual(golden.normal)
    expect([...normalArray(k, 1, 3, { offset: 2 ** 33 + 1 })]).toEqual(golden.far)
    expect([...uniformArray(k, 2, 3)]).toEqual(golden.uniform)
    expect([...uniformArray(k, 2, 3, { min: -1, max: 2 })]).toEqual(golden.scaled)
    expect([...randintArray(k, 2, 5, { min: -3, max: 10 })]).toEqual(golden.randint)
    expect([...permutation(k, 8)]).toEqual(golden.permutation)
    expect(golden.permute.map((_, i) => permute(k, 8, i))).toEqual(golden.permute)
  })

  it.each(['cpu', 'wasm', 'simd'] as const)('tensors on %s', async (name) => {
    await useBackend([name, 'cpu'])
    expect(read(() => normal(k, [2, 5]))).toEqual(golden.normal)
    expect(read(() => normal(k, [1, 3], { offset: 2 ** 33 + 1 }))).toEqual(golden.far)
    expect(read(() => uniform(k, [2, 3]))).toEqual(golden.uniform)
    expect(read(() => uniform(k, [2, 3], { min: -1, max: 2 }))).toEqual(golden.scaled)
    expect(read(() => randint(k, [2, 5], { min: -3, max: 10 }))).toEqual(golden.randint)
    expect(read(() => categorical(k, normal(key(1), [6, 4]) as tf.Tensor2D))).toEqual(golden.categorical)
    expect(read(() => bernoulli(k, [8], { p: 0.3 }))).toEqual(golden.bernoulli)
  })
})

describe('a row depends only on the key and its number', () => {
  it.each([
    ['normal', normalArray],
    ['uniform', uniformArray],
  ])('%s', (_, draw) => {
    fc.assert(
      fc.property(
        seeds,
        offsets,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, offset, rows, columns) => {
          const whole = draw(key(seed), rows, columns, { offset })
          for (let row = 0; row < rows; row++) {
            const alone = draw(key(seed), 1, columns, { offset: offset + row })
            expect(alone).toEqual(whole.slice(row * columns, (row + 1) * columns))
          }
        },
      ),
    )
  })

  it('shards of a tensor agree with the whole', () => {
    const whole = read(() => normal(k, [6, 2, 3]))
    const shards = [0, 2, 4].flatMap((offset) => read(() => normal(k, [2, 2, 3], { offset })))
    expect(shards).toEqual(whole)
  })

  it('scalars, empty tensors and shapes', () => {
    tf.tidy(() => {
      expect(normal(k, []).shape).toEqual([])
      expect(normal(k, [0, 3]).shape).toEqual([0, 3])
      expect(normal(k, [2, 3, 4]).shape).toEqual([2, 3, 4])
      expect(randint(k, [3], { max: 5 }).dtype).toBe('int32')
    })
  })
})

describe('the numbers follow their distributions', () => {
  it('normal', () => {
    const sample = normalArray(key(11), 100, 200)
    expect(kolmogorov(sample, normalDistribution)).toBeLessThan(1.63)
    const moment = (power: number) => sample.reduce((sum, x) => sum + x ** power, 0) / sample.length
    // Standard errors of the first four moments: 1, √2, √15, √96 over √20000.
    const errors = [1, Math.SQRT2, Math.sqrt(15), Math.sqrt(96)].map((deviation) => deviation / Math.sqrt(20000))
    const expected = [0, 1, 0, 3]
    expected.forEach((value, i) => {
      expect(Math.abs(moment(i + 1) - value)).toBeLessThan(3 * errors[i]!)
    })
  })

  it('normal, one column: the first number of each block', () => {
    expect(kolmogorov(normalArray(key(12), 20000, 1), normalDistribution)).toBeLessThan(1.63)
  })

  it('uniform', () => {
    const sample = uniformArray(key(13), 20000, 1)
    expect(kolmogorov(sample, (x) => Math.min(1, Math.max(0, x)))).toBeLessThan(1.63)
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...sample)).toBeLessThan(1)
  })

  it('randint', () => {
    const counts = Array<number>(13).fill(0)
    for (const value of randintArray(key(14), 100, 200, { min: -3, max: 10 })) counts[value + 3]!++
    expect(Math.abs(chiSquare(counts))).toBeLessThan(3)
  })

  it('bernoulli', () => {
    const ones = read(() => tf.sum(bernoulli(key(15), [20000], { p: 0.3 })))[0]!
    expect(Math.abs(ones - 6000)).toBeLessThan(3 * Math.sqrt(20000 * 0.3 * 0.7))
    expect(read(() => bernoulli(k, [4], { p: 0 }))).toEqual([0, 0, 0, 0])
    expect(read(() => bernoulli(k, [4], { p: 1 }))).toEqual([1, 1, 1, 1])
  })

  it('categorical', () => {
    const weights = [0.1, 0.2, 0.3, 0.4]
    const draws = read(() => categorical(key(16), tf.tile(tf.log(tf.tensor2d([weights])), [20000, 1])))
    const counts = weights.map((_, i) => draws.filter((value) => value === i).length)
    expect(Math.abs(chiSquare(counts, weights))).toBeLessThan(3)
  })

  it('permutation and permute: all orders of four equally often', () => {
    const orders = new Map<string, [number, number]>()
    for (let seed = 0; seed < 4800; seed++) {
      const first = permutation(key(seed), 4).join('')
      const second = [0, 1, 2, 3].map((i) => permute(key(seed), 4, i)).join('')
      const count = (order: string) => orders.get(order) ?? orders.set(order, [0, 0]).get(order)!
      count(first)[0]++
      count(second)[1]++
    }
    expect(orders.size).toBe(24)
    expect(Math.abs(chiSquare([...orders.values()].map(([n]) => n)))).toBeLessThan(3)
    expect(Math.abs(chiSquare([...orders.values()].map(([, n]) => n)))).toBeLessThan(3)
  })
})

describe('streams are independent', () => {
  const n = 20000
  const base = normalArray(k, 1, n)
  it.each([
    ['split', split(k)[0]!],
    ['split, second', split(k)[1]!],
    ['fold', fold(k, 0)],
    ['fold of the next number', fold(k, 1)],
    ['the next seed', key(8)],
    ['fold of a fold', fold(fold(k, 0), 0)],
  ])('%s', (_, other) => {
    expect(Math.abs(correlation(base, normalArray(other, 1, n)))).toBeLessThan(3)
  })

  it('neighboring rows and columns', () => {
    const next = normalArray(k, 1, n, { offset: 1 })
    expect(Math.abs(correlation(base, next))).toBeLessThan(3)
    expect(Math.abs(correlation(base.subarray(0, n - 1), base.subarray(1)))).toBeLessThan(3)
    const squares = base.map((x) => x * x)
    expect(Math.abs(correlation(squares.subarray(0, n - 1), squares.subarray(1)))).toBeLessThan(3)
  })

  it('keys derived by split and fold do not repeat', () => {
    const keys = [...split(k, 1000), ...Array.from({ length: 1000 }, (_, i) => fold(k, i))]
    expect(new Set(keys.map(({ hi, lo }) => `${hi} ${lo}`)).size).toBe(2000)
  })

  it('the first keys of a split do not depend on how many there are', () => {
    expect(split(k, 5).slice(0, 2)).toEqual(split(k))
  })

  it('a key survives JSON and structuredClone', () => {
    expect(fold(JSON.parse(JSON.stringify(k)), 1)).toEqual(fold(structuredClone(k), 1))
  })
})

describe('permutations', () => {
  it('permute is a bijection', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 300 }), (seed, n) => {
        const image = Array.from({ length: n }, (_, i) => permute(key(seed), n, i)).sort((a, b) => a - b)
        expect(image).toEqual(Array.from({ length: n }, (_, i) => i))
      }),
    )
  })

  it('permutation is a bijection', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, n) => {
        expect(permutation(key(seed), n).sort()).toEqual(Int32Array.from({ length: n }, (_, i) => i))
      }),
    )
  })

  it('permute scatters neighbors', () => {
    const n = 60000
    const images = Float64Array.from({ length: 20000 }, (_, i) => permute(k, n, i))
    expect(kolmogorov(images, (x) => x / n)).toBeLessThan(1.63)
    expect(Math.abs(correlation(images.subarray(1), images.subarray(0, -1)))).toBeLessThan(3)
  })
})

describe('the exact arithmetic', () => {
  const words = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  const edges = [
    0, 1, 2, 0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0xb504f333, 0xb504f334, 0xfffffffe, 0xffffffff,
  ]

  it('the logarithm is that of Math, to 1e-10', () => {
    fc.assert(
      fc.property(words, (a) => {
        const expected = -Math.log((a + 0.5) * 2 ** -32)
        expect(Math.abs(negativeLog(a) - expected)).toBeLessThanOrEqual(1e-10 * expected)
      }),
      { numRuns: 1000, examples: edges.map((a) => [a]) },
    )
  })

  it('Box–Muller is that of Math, to float32 rounding', () => {
    const out = new Float32Array(2)
    fc.assert(
      fc.property(words, words, (a, b) => {
        boxMuller(a, b, out, 0, true)
        const radius = Math.sqrt(-2 * Math.log((a + 0.5) * 2 ** -32))
        const angle = 2 * Math.PI * (b * 2 ** -32)
        expect(Math.abs(out[0]! - radius * Math.cos(angle))).toBeLessThan(2.5e-7)
        expect(Math.abs(out[1]! - radius * Math.sin(angle))).toBeLessThan(2.5e-7)
      }),
      { numRuns: 1000, examples: edges.flatMap((a) => edges.map((b) => [a, b])) },
    )
  })

  it('mulHigh is the upper half of the product', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 2 ** 32 }), (u, n) => {
        expect(mulHigh(u, n)).toBe(Number((BigInt(u) * BigInt(n)) >> 32n))
      }),
    )
  })
})

describe('arguments that make no sense', () => {
  it.each([
    ['a seed that is no integer', () => key(0.5), 'value', /backend\.key: expected seed an integer ≥ 0, got 0\.5/],
    ['a negative seed', () => key(-1), 'range', /got -1/],
    ['a negative step', () => fold(k, -1), 'range', /backend\.fold/],
    ['a negative count', () => split(k, -1), 'range', /backend\.split/],
    ['a negative offset', () => normal(k, [2], { offset: -1 }), 'range', /backend\.normal: expected offset/],
    ['a size that is no integer', () => normal(k, [2.5, 3]), 'value', /rows/],
    ['an empty range', () => randint(k, [2], { min: 3, max: 3 }), 'range', /backend\.randint: expected max/],
    ['no range', () => randint(k, [2], {} as never), 'value', /max/],
    ['a probability above one', () => bernoulli(k, [2], { p: 1.5 }), 'range', /backend\.bernoulli: expected p/],
    ['an index beyond the end', () => permute(k, 5, 5), 'range', /backend\.permute: expected i/],
  ])('%s', (_, call, code, message) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })

  it('logits of another rank', () => {
    tf.tidy(() => {
      expect(() => categorical(k, tf.zeros([3]) as never)).toThrow(/backend\.categorical: expected logits of rank 2/)
    })
  })
})
