import {
  broadcastTo,
  cast,
  concat,
  depthToSpace,
  fill,
  mirrorPad,
  onesLike,
  pad,
  reverse,
  slice,
  split,
  stack,
  stridedSlice,
  type Tensor,
  type Tensor4D,
  tile,
  transpose,
  unstack,
  zerosLike,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { it } from 'vitest'
import { agreesWithCpu, describeBackend, forAll, seeds, shapes, specOf } from './laws.ts'

const dtypes = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const)
const exact = { rtol: 0, atol: 0 }

/** A number from 0 to n − 1 that depends on a seed. */
const pick = (seed: number, i: number, n: number) => (Math.imul(seed ^ (i * 0x9e3779b9), 0x85ebca6b) >>> 8) % n

function permutation(rank: number, seed: number): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i)
  for (let i = rank - 1; i > 0; i--) {
    const j = pick(seed, i, i + 1)
    ;[axes[i], axes[j]] = [axes[j]!, axes[i]!]
  }
  return axes
}

/** Cases of a law: a tensor of any shape (one extent may be 0) and type, and a seed for the rest. */
const cases = (minRank: number, maxRank = 6) =>
  fc.record({
    shape: shapes({ minRank, maxRank, maxExtent: 6 }),
    empty: fc.integer({ min: 0, max: 40 }),
    dtype: dtypes,
    seed: seeds,
  })

type Case = { shape: number[]; empty: number; dtype: 'float32' | 'int32' | 'bool'; seed: number }

const law = (op: (x: Tensor, seed: number) => Tensor | Tensor[], minRank: number, maxRank?: number) =>
  forAll(cases(minRank, maxRank), ({ shape, empty, dtype, seed }: Case) => {
    const extents = shape.map((extent, i) => (i === empty ? 0 : extent))
    return agreesWithCpu((x) => op(x!, seed), [specOf(extents, seed, { dtype })], exact)
  })

describeBackend('movement', () => {
  it('transposes', () => law((x, seed) => transpose(x, permutation(x.rank, seed)), 0))

  it('transposes by tiles, across chunks, whatever the edges', async () => {
    const long: [number[], number[]][] = [
      [
        [301, 257],
        [1, 0],
      ],
      [
        [5, 67, 131],
        [0, 2, 1],
      ],
      [
        [33, 4, 35, 9],
        [3, 1, 0, 2],
      ],
      [
        [2, 70, 6, 50],
        [0, 2, 3, 1],
      ],
      [
        [64, 3, 99],
        [2, 1, 0],
      ],
    ]
    for (const [shape, perm] of long) await agreesWithCpu((x) => transpose(x!, perm), [specOf(shape, 3)], exact)
  })

  it('slices', () =>
    law((x, seed) => {
      const begin = x.shape.map((extent, i) => pick(seed, i, extent + 1))
      return slice(
        x,
        begin,
        x.shape.map((extent, i) => pick(seed, i + 9, extent - begin[i]! + 1)),
      )
    }, 1))

  it('slices with strides, forwards and backwards', () =>
    law((x, seed) => {
      const strides = x.shape.map((_, i) => [-3, -2, -1, 1, 2, 3][pick(seed, i, 6)]!)
      const begin = x.shape.map((extent, i) => pick(seed, i + 9, Math.max(1, extent)))
      // Where nothing is left at stride 1 tfjs-backend-cpu throws.
      const end = x.shape.map((extent, i) => {
        const last = pick(seed, i + 19, Math.max(1, extent))
        return strides[i] === 1 ? Math.max(last, begin[i]!) : last
      })
      const [beginMask, endMask, shrinkMask] = [pick(seed, 31, 64), pick(seed, 32, 64), 0]
      return stridedSlice(x, begin, end, strides, beginMask, endMask, 0, 0, shrinkMask)
    }, 1))

  it('reverses', () =>
    law(
      (x, seed) =>
        reverse(
          x,
          x.shape.map((_, i) => i).filter((i) => pick(seed, i, 2)),
        ),
      1,
    ))

  it('tiles', () =>
    law(
      (x, seed) =>
        tile(
          x,
          x.shape.map((_, i) => 1 + pick(seed, i, 3)),
        ),
      1,
      5,
    ))

  it('broadcasts', () =>
    law((x, seed) => {
      const target = x.shape.map((extent, i) => (extent === 1 ? 1 + pick(seed, i, 4) : extent))
      return broadcastTo(x, [2, ...target])
    }, 0))

  it('fills', async () => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      await agreesWithCpu(() => fill([3, 70_001], 1, dtype), [], exact)
      await agreesWithCpu((x) => [zerosLike(x!), onesLike(x!)], [specOf([7, 11], 1, { dtype })], exact)
    }
  })

  it('casts what does not fit as JavaScript does', async () => {
    const values = [NaN, Infinity, -Infinity, 2.9, -2.9, 3e9, -3e9, 5e15, 2 ** 32, 2 ** 33 + 2 ** 12, 1e30, -0, 1e-40]
    const spec = { shape: [values.length], dtype: 'float32' as const, values }
    await agreesWithCpu((x) => [cast(x!, 'int32'), cast(x!, 'bool')], [spec], exact)
  })

  it('rearranges depth to space', async () => {
    for (const block of [2, 3]) {
      const spec = specOf([2, 3, 4, block * block * 5], block)
      await agreesWithCpu((x) => depthToSpace(x as Tensor4D, block), [spec], exact)
    }
  })

  it('concatenates and stacks', async () => {
    const parts = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 })
    await forAll(fc.record({ base: cases(1, 5), parts }), async ({ base: { shape, dtype, seed }, parts }) => {
      const axis = pick(seed, 0, shape.length)
      const withExtent = (extent: number) => shape.map((size, i) => (i === axis ? extent : size))
      const inputs = parts.map((extent, i) => specOf(withExtent(extent), seed + i, { dtype }))
      await agreesWithCpu((...xs) => concat(xs, axis), inputs, exact)
      const alike = parts.map((_, i) => specOf(shape, seed + i, { dtype }))
      await agreesWithCpu((...xs) => stack(xs, axis), alike, exact)
    })
  })

  it('splits and unstacks', () =>
    law((x, seed) => {
      const axis = pick(seed, 0, x.rank)
      const first = pick(seed, 1, x.shape[axis]! + 1)
      return [...split(x, [first, x.shape[axis]! - first], axis), ...unstack(x, axis)]
    }, 1))

  it('concatenates and splits large tensors', async () => {
    const first = specOf([3, 101, 77], 1)
    await agreesWithCpu((a, b) => concat([a!, b!], 0), [first, specOf([500, 101, 77], 2)], exact)
    await agreesWithCpu((a, b) => concat([a!, b!], 2), [first, specOf([3, 101, 500], 2)], exact)
    await agreesWithCpu((x) => split(x!, [1, 3, 9], 0), [specOf([13, 20_001], 2)], exact)
  })

  it('pads', () =>
    law((x, seed) => {
      const paddings = x.shape.map((_, i) => [pick(seed, i, 3), pick(seed, i + 9, 3)] as [number, number])
      return pad(x, paddings, pick(seed, 20, 2))
    }, 1))

  it('pads large tensors', () =>
    agreesWithCpu(
      (x) =>
        pad(
          x!,
          [
            [0, 0],
            [1, 1],
            [1, 2],
            [0, 0],
          ],
          0.5,
        ),
      [specOf([9, 33, 31, 17], 1)],
      exact,
    ))

  it('mirrors the edges', () =>
    law(
      (x, seed) => {
        if (x.shape.includes(0)) return x.clone()
        const mode = pick(seed, 30, 2) ? 'reflect' : 'symmetric'
        const most = x.shape.map((extent) => (mode === 'reflect' ? extent : extent + 1))
        return mirrorPad(
          x,
          most.map((n, i) => [pick(seed, i, n), pick(seed, i + 9, n)] as [number, number]),
          mode,
        )
      },
      1,
      4,
    ))
})
