import {
  all,
  any,
  argMax,
  argMin,
  cumprod,
  cumsum,
  engine,
  max,
  mean,
  min,
  prod,
  reshape,
  slice,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { setThreads } from '../register.ts'
import { agreesWithCpu, describeBackend, forAll, seeds, shapes, specOf } from './laws.ts'

type Reduction = (x: Tensor, axis?: number[], keepDims?: boolean) => Tensor

const family: Record<string, Reduction> = { sum, mean, max, min, prod }

/** The axes whose bits are set. */
const axesOf = (mask: number, rank: number) => Array.from({ length: rank }, (_, i) => i).filter((i) => mask & (1 << i))

describeBackend('reduce', (threads) => {
  for (const [name, op] of Object.entries(family)) {
    it(`${name} agrees with cpu over all axes`, async () => {
      const dtype = fc.constantFrom('float32' as const, 'int32' as const)
      const cases = fc.record({
        shape: shapes({ maxRank: 6, maxExtent: 6 }),
        mask: fc.integer({ min: 0, max: 63 }),
        keepDims: fc.boolean(),
        dtype,
        seed: seeds,
      })
      const range = name === 'prod' ? { min: 0.5, max: 1.6 } : {}
      await forAll(cases, async ({ shape, mask, keepDims, dtype, seed }) => {
        const axes = axesOf(mask, shape.length)
        await agreesWithCpu((x) => op(x!, axes, keepDims), [specOf(shape, seed, { dtype, ...range })])
      })
    })
  }

  it('agrees when the work is shared among threads, inner, outer and middle axes', async () => {
    const large: [number[], number[]][] = [
      [[80_003], [0]],
      [[3, 20_001], [1]],
      [[20_001, 3], [0]],
      [[4000, 19], [0]],
      [[311, 301], [1]],
      [[2, 211, 101], [1]],
      [
        [40, 3, 40, 33],
        [0, 2],
      ],
      [[2, 100, 300], [0]],
    ]
    for (const [shape, axes] of large) {
      // Positive values: the error of a sum is relative to the sum of magnitudes.
      const spec = specOf(shape, 4, { min: 0, max: 1 })
      for (const op of [sum, mean, max, min] as Reduction[]) await agreesWithCpu((x) => op(x!, axes), [spec])
    }
  })

  it('sums a million tenths: one after the other would be off by 1e-2', () => {
    // 31 additions on each lane, 5 to join the lanes, the rest in float64.
    const bound = 36 * 2 ** -24
    const n = 1_000_003
    const x = tensor(new Float32Array(n).fill(0.1))
    const exact = n * Math.fround(0.1)
    const columns = tidy(() => sum(reshape(slice(x, 0, 1_000_000), [100_000, 10]), 0).dataSync())
    expect(Math.abs(tidy(() => sum(x).dataSync()[0]!) / exact - 1)).toBeLessThan(bound)
    for (const column of columns) expect(Math.abs(column / (100_000 * Math.fround(0.1)) - 1)).toBeLessThan(bound)
    x.dispose()
  })

  if (threads > 1) {
    it('gives the same bits whatever the number of threads', async () => {
      const specs = [specOf([300_001], 5), specOf([20_001, 9], 6), specOf([3, 2003, 35], 7)]
      const results: Float32Array[][] = []
      for (const count of [1, 2, 3]) {
        await setThreads(count)
        results.push(
          specs.map(({ values, shape }) =>
            tidy(() => sum(tensor(values, shape), shape.length === 3 ? 1 : 0).dataSync<'float32'>()),
          ),
        )
      }
      await setThreads(threads)
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
    })
  }

  it('all and any agree with cpu', async () => {
    const cases = fc.record({
      shape: shapes({ maxRank: 4, maxExtent: 3 }),
      mask: fc.integer({ min: 0, max: 15 }),
      keepDims: fc.boolean(),
      seed: seeds,
    })
    await forAll(cases, async ({ shape, mask, keepDims, seed }) => {
      const axes = axesOf(mask, shape.length)
      const spec = specOf(shape, seed, { dtype: 'bool' })
      await agreesWithCpu((x) => [all(x!, axes, keepDims), any(x!, axes, keepDims)], [spec])
    })
  })

  it('keeps NaN in max and min', async () => {
    const spec = { shape: [3, 3], dtype: 'float32' as const, values: [NaN, 1, 2, 1, NaN, -0, 1, 2, NaN] }
    for (const axis of [0, 1]) await agreesWithCpu((x) => [max(x!, axis), min(x!, axis)], [spec])
  })

  it('is right for tensors without elements', async () => {
    await agreesWithCpu((x) => [sum(x!, 0), sum(x!, 1), prod(x!, 0)], [specOf([0, 3], 1)])
  })

  it('finds the positions of extremes and runs along an axis as cpu does', async () => {
    const cases = fc.record({
      shape: shapes({ minRank: 1, maxRank: 4 }),
      axis: fc.integer({ min: 0, max: 3 }),
      flags: fc.tuple(fc.boolean(), fc.boolean()),
      dtype: fc.constantFrom('float32' as const, 'int32' as const),
      seed: seeds,
    })
    await forAll(cases, async ({ shape, axis, flags: [exclusive, reverse], dtype, seed }) => {
      const along = axis % shape.length
      const ops = (x: Tensor) => [
        argMax(x, along),
        argMin(x, along),
        cumsum(x, along, exclusive, reverse),
        cumprod(x, along, exclusive, reverse),
      ]
      await agreesWithCpu((x) => ops(x!), [specOf(shape, seed, { dtype, min: -2, max: 2 })])
    })
  })

  it('gives the squared norm of each of many tensors', () => {
    const shapes = [[3], [70_001], [], [0], [17, 33]]
    const specs = shapes.map((shape, i) => specOf(shape, i + 1))
    const actual = tidy(() => {
      const inputs = Object.fromEntries(specs.map(({ values, shape }, i) => [`x${i}`, tensor(values, shape)]))
      return (engine().runKernel('GenSquaredNorms', inputs) as Tensor).dataSync()
    })
    expect(actual).toBeAllClose(specs.map(({ values }) => values.reduce((total, x) => total + x * x, 0)))
  })
})
