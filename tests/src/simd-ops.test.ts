/** The operations of @gen/backend that @gen/backend-simd has kernels for: same results, gradients and bits as composed. */
import {
  adamWStep,
  attention,
  batchNorm,
  groupNorm,
  hasKernel,
  key,
  normal,
  silu,
  uniform,
  useBackend,
} from '@gen/backend'
import {
  add,
  addN,
  engine,
  grads,
  mul,
  ones,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

type Op = (...inputs: Tensor[]) => Tensor

/** Value, gradients, and gradients of the gradients' squares, as plain arrays. */
function orders(op: Op, inputs: Tensor[]): Float32Array[] {
  const loss = (...xs: Tensor[]) => sum(mul(square(op(...xs)), 0.5))
  const slope = (...xs: Tensor[]) => {
    const parts = grads(loss)(xs).map((gradient) => sum(square(gradient)))
    return addN(parts)
  }
  const values: Float32Array[] = []
  tidy(() => {
    for (const tensor of [op(...inputs), ...grads(loss)(inputs), ...grads(slope)(inputs)]) {
      values.push(tensor.dataSync() as Float32Array)
    }
  })
  return values
}

/** Evaluates on a backend with inputs drawn from a key: the same numbers on each. */
async function on(name: 'cpu' | 'simd', shapes: number[][], op: Op): Promise<Float32Array[]> {
  await useBackend(name)
  return tidy(() =>
    orders(
      op,
      shapes.map((shape, i) => normal(key(i), shape)),
    ),
  ) as unknown as Float32Array[]
}

async function agrees(kernel: string, shapes: number[][], op: Op): Promise<void> {
  const [expected, actual] = [await on('cpu', shapes, op), await on('simd', shapes, op)]
  expect(hasKernel(kernel) && hasKernel(`${kernel}Grad`)).toBe(true)
  actual.forEach((values, i) => {
    const scale = expected[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect(values).toBeAllClose(expected[i]!, { rtol: 1e-4, atol: 1e-5 * scale })
  })
}

const small = (max: number) => fc.integer({ min: 1, max })
const check = <T>(cases: fc.Arbitrary<T>, law: (value: T) => Promise<void>) =>
  fc.assert(fc.asyncProperty(cases, law), { numRuns: 12, seed: 1 })

describe('SiLU on simd, against float64', () => {
  const x = Float32Array.from({ length: 40_001 }, (_, i) => (i - 20_000) / 200)
  const sigma = (t: number) => 1 / (1 + Math.exp(-t))
  // What `assembly/silu.ts` states: 8e-8·|x| where σ is small, and a few roundings; beyond ±87 it is constant.
  const bound = (t: number) => 5e-7 + 8e-8 * Math.abs(t)

  it('its value is as exact as stated', async () => {
    await useBackend('simd')
    const actual = tidy(() => silu(tensor1d(x)).dataSync())
    for (const [i, t] of x.entries()) {
      const exact = t * sigma(t)
      expect(Math.abs(actual[i]! - exact)).toBeLessThanOrEqual(bound(t) * Math.abs(exact) + 1e-35)
    }
  })

  it('its slope has twice that error', async () => {
    await useBackend('simd')
    const actual = tidy(() => grads((t: Tensor) => silu(t))([tensor1d(x)])[0]!.dataSync())
    for (const [i, t] of x.entries()) {
      const exact = sigma(t) * (1 + t * (1 - sigma(t)))
      // It crosses zero near −1.28: there its terms count, not their difference.
      const magnitude = Math.abs(t + 1.2785) < 0.1 ? sigma(t) : Math.abs(exact)
      expect(Math.abs(actual[i]! - exact)).toBeLessThanOrEqual(2 * bound(t) * magnitude + 1e-35)
    }
  })

  it('passes NaN and the infinities through', async () => {
    await useBackend('simd')
    const ends = tidy(() => silu(tensor1d([NaN, Infinity, 1e30, -1e30, -0])).dataSync())
    expect(Array.from(ends.slice(0, 3))).toEqual([NaN, Infinity, Math.fround(1e30)])
    expect(Math.abs(ends[3]!)).toBeLessThan(1e-6)
    expect(ends[4]).toBe(-0)
  })
})

describe('simd kernels of composed operations, to second order', () => {
  it('groupNorm, with and without SiLU, shared and per sample', async () => {
    const cases = fc.record({
      batch: small(3),
      side: small(5),
      groups: fc.constantFrom(1, 2, 3),
      size: fc.constantFrom(1, 3, 4, 8),
      perSample: fc.boolean(),
      activation: fc.constantFrom<'linear' | 'silu'>('linear', 'silu'),
    })
    await check(cases, async ({ batch, side, groups, size, perSample, activation }) => {
      const channels = groups * size
      const parameter = perSample ? [batch, channels] : [channels]
      // A group of one number has no spread to normalize: its gradient is all rounding.
      const shapes = [[batch, side + 1, side, channels], parameter, parameter]
      await agrees('GenGroupNorm', shapes, (x, scale, offset) =>
        groupNorm(x, scale, offset, { groups, activation, epsilon: 1e-2 }),
      )
    })
  })

  it('batchNorm', async () => {
    const cases = fc.record({
      rows: fc.integer({ min: 2, max: 40 }),
      channels: small(20),
      slope: fc.constantFrom(0.2, 1),
    })
    await check(cases, ({ rows, channels, slope }) =>
      agrees('GenBatchNorm', [[rows, channels], [channels], [channels]], (x, scale, offset) =>
        batchNorm(x, scale, offset, { epsilon: 1e-2, slope }),
      ),
    )
  })

  it('silu', async () => {
    await check(fc.array(small(7), { maxLength: 4 }), (shape) => agrees('GenSilu', [shape], (x) => silu(x)))
  })

  it('attention', async () => {
    const cases = fc.record({ batch: small(2), heads: small(2), n: small(40), m: small(13), d: small(9) })
    await check(cases, ({ batch, heads, n, m, d }) =>
      agrees(
        'GenAttention',
        [
          [batch, heads, n, d],
          [batch, heads, m, d],
          [batch, heads, m, d],
        ],
        (q, k, v) => attention(q as Tensor4D, k as Tensor4D, v as Tensor4D),
      ),
    )
  })
})

describe('groupNorm on simd', () => {
  it('keeps its accuracy when the mean is large against the spread', async () => {
    const run = async (name: 'cpu' | 'simd') => {
      await useBackend(name)
      const y = tidy(() => groupNorm(add(normal(key(3), [2, 8, 8, 16]), 1000), ones([16]), ones([16]), { groups: 4 }))
      const values = y.dataSync() as Float32Array
      y.dispose()
      return values
    }
    expect(await run('simd')).toBeAllClose(await run('cpu'), { rtol: 1e-3, atol: 2e-3 })
  })
})

describe('averages of weights on simd', () => {
  it('are the bits of the composed ones', async () => {
    const cases = fc.record({
      size: fc.integer({ min: 0, max: 40_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    await useBackend('simd')
    expect(hasKernel('GenLerp')).toBe(true)
    await check(cases, async ({ size, share }) => {
      tidy(() => {
        const [a, b] = [normal(key(1), [size]), normal(key(2), [size])]
        const fused = engine().runKernel('GenLerp', { x0: a, x1: b }, { share }) as Tensor
        expect(fused.dataSync()).toEqual(add(a, mul(sub(b, a), share)).dataSync())
      })
    })
  })
})

describe('random numbers on simd', () => {
  it('are the bits of every other backend', async () => {
    const cases = fc.record({
      seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      offset: fc.constantFrom(0, 1, 12345, 2 ** 32 - 1, 2 ** 40),
      rows: fc.integer({ min: 0, max: 70 }),
      columns: fc.integer({ min: 1, max: 23 }),
    })
    await check(cases, async ({ seed, offset, rows, columns }) => {
      const draw = async (name: 'cpu' | 'simd') => {
        await useBackend(name)
        return [normal, uniform].map((kind) => {
          const tensor = kind(key(seed), [rows, columns], { offset })
          const values = tensor.dataSync().slice()
          tensor.dispose()
          return values
        })
      }
      expect(await draw('simd')).toEqual(await draw('cpu'))
    })
  })

  it('agree over a million draws, tails included', async () => {
    const draw = async (name: 'cpu' | 'simd') => {
      await useBackend(name)
      const tensor = normal(key(99), [1000, 1000])
      const values = tensor.dataSync().slice()
      tensor.dispose()
      return values
    }
    const [simd, cpu] = [await draw('simd'), await draw('cpu')]
    expect(simd.findIndex((value, i) => !Object.is(value, cpu[i]))).toBe(-1)
  })
})

describe('adamW on simd', () => {
  it('steps as the composed form does, for many variables of odd sizes', async () => {
    const shapes = [[3], [17, 5], [1], [64, 33], ...Array.from({ length: 300 }, (_, i) => [1 + (i % 5)])]
    const run = async (name: 'cpu' | 'simd') => {
      await useBackend(name)
      return tidy(() => {
        const draw = (salt: number) => shapes.map((shape, i) => normal(key(1000 * salt + i), shape))
        const state = { values: draw(1), gradients: draw(2), m: draw(3), v: draw(4).map((t) => square(t)) }
        const options = { learningRate: 0.01, weightDecay: 0.1, step: 7, gradientScale: 0.5 }
        const { values, m, v } = adamWStep(state, options)
        return [values, m, v].map((list) => list.flatMap((t) => [...t.dataSync()])) as unknown as Tensor[]
      }) as unknown as number[][]
    }
    const [simd, cpu] = [await run('simd'), await run('cpu')]
    simd.forEach((values, i) => {
      expect(values).toBeAllClose(cpu[i]!, { rtol: 1e-6, atol: 1e-7 })
    })
  })
})
