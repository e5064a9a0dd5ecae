import {
  batchNorm,
  engine,
  gather,
  logSoftmax,
  oneHot,
  softmax,
  type Tensor,
  type Tensor1D,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agreesWithCpu, describeBackend, forAll, seeds, shapes, specOf } from './laws.ts'

const exact = { rtol: 0, atol: 0 }

describeBackend('rows', () => {
  it('gathers along any axis', async () => {
    const cases = fc.record({
      shape: shapes({ minRank: 1, maxRank: 4 }),
      indices: shapes({ maxRank: 2, maxExtent: 5 }),
      axis: fc.integer({ min: 0, max: 3 }),
      dtype: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
      seed: seeds,
    })
    await forAll(cases, async ({ shape, indices, axis, dtype, seed }) => {
      const along = axis % shape.length
      const places = specOf(indices, seed + 1, { dtype: 'int32', min: 0, max: shape[along]! - 1 })
      await agreesWithCpu((x, i) => gather(x!, i as Tensor1D, along), [specOf(shape, seed, { dtype }), places], exact)
    })
  })

  it('gathers from each batch, and large tensors', async () => {
    const indices = (shape: number[], max: number) => specOf(shape, 2, { dtype: 'int32', min: 0, max })
    await agreesWithCpu((x, i) => gather(x!, i as Tensor1D, 1, 1), [specOf([3, 5, 4], 1), indices([3, 7], 4)], exact)
    await agreesWithCpu((x, i) => gather(x!, i as Tensor1D, 0), [specOf([50, 37], 1), indices([3000], 49)], exact)
    await agreesWithCpu((x, i) => gather(x!, i as Tensor1D, 1), [specOf([9, 70], 1), indices([9001], 69)], exact)
  })

  it('refuses indices outside', () => {
    expect(() => gather([1, 2, 3], [3])).toThrow(/index value 3/)
    engine().disposeVariables()
  })

  it('sums by segment, leaving out those outside', async () => {
    const cases = fc.record({
      shape: shapes({ minRank: 1, maxRank: 3 }),
      segments: fc.integer({ min: 1, max: 6 }),
      seed: seeds,
    })
    const law = (shape: number[], segments: number, seed: number) => {
      const ids = specOf([shape[0]!], seed + 1, { dtype: 'int32', min: -1, max: segments })
      return agreesWithCpu((x, i) => unsortedSegmentSum(x!, i as Tensor1D, segments), [specOf(shape, seed), ids])
    }
    await forAll(cases, ({ shape, segments, seed }) => law(shape, segments, seed))
    await law([2000, 37], 11, 5)
  })

  it('encodes one-hot', async () => {
    const cases = fc.record({ shape: shapes({ maxRank: 3 }), depth: fc.integer({ min: 2, max: 9 }), seed: seeds })
    await forAll(cases, ({ shape, depth, seed }) =>
      agreesWithCpu(
        (i) => [oneHot(i!, depth), oneHot(i!, depth, 0.5, -1), oneHot(i!, depth, 7, 2, 'int32')],
        [specOf(shape, seed, { dtype: 'int32', min: -1, max: depth })],
        exact,
      ),
    )
  })

  it('softmax and logSoftmax agree with cpu', async () => {
    const cases = fc.record({ shape: shapes({ minRank: 1, maxRank: 4, maxExtent: 40 }), seed: seeds })
    await forAll(
      cases,
      async ({ shape, seed }) => {
        const spec = specOf(shape, seed, { min: -30, max: 30 })
        await agreesWithCpu((x) => [softmax(x!), logSoftmax(x!)], [spec])
      },
      15,
    )
    await agreesWithCpu((x) => softmax(x!), [specOf([5, 5003], 1)])
  })

  it('softmax of infinities and NaN is what cpu says', async () => {
    const values = [-Infinity, 1, 2, Infinity, 1, 2, NaN, 1, 2, -Infinity, -Infinity, -Infinity, 1e38, -1e38, 0]
    await agreesWithCpu((x) => softmax(x!), [{ shape: [5, 3], dtype: 'float32', values }])
  })

  it('normalizes batches', async () => {
    const cases = fc.record({
      shape: shapes({ minRank: 2, maxRank: 4 }),
      parameters: fc.tuple(fc.boolean(), fc.boolean()),
      whole: fc.integer({ min: 0, max: 5 }),
      seed: seeds,
    })
    await forAll(cases, async ({ shape, parameters: [scaled, shifted], whole, seed }) => {
      // Sometimes moments of the shape of x, which tfjs allows too.
      const moments = whole === 0 ? shape : [shape[shape.length - 1]!]
      const positive = { min: 0.1, max: 2 }
      const inputs = [specOf(shape, seed), specOf(moments, seed + 1), specOf(moments, seed + 2, positive)]
      const op = (x: Tensor, mean: Tensor, variance: Tensor, a: Tensor) =>
        batchNorm(
          x,
          mean as Tensor1D,
          variance as Tensor1D,
          shifted ? (a as Tensor1D) : undefined,
          scaled ? (a as Tensor1D) : undefined,
          1e-3,
        )
      await agreesWithCpu((x, m, v, a) => op(x!, m!, v!, a!), [...inputs, specOf(moments, seed + 3)])
    })
    const channels = specOf([33], 1, { min: 0.5, max: 2 })
    await agreesWithCpu((x, m) => batchNorm(x!, m as Tensor1D, m as Tensor1D), [specOf([3001, 33], 2), channels])
  })
})
