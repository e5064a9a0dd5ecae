import {
  broadcastTo,
  fused,
  getBackend,
  matMul,
  removeBackend,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { agreesWithCpu, broadcastShapes, describeBackend, forAll, seeds, specOf } from './laws.ts'
import { agreesAsProducts, sameOnAnyThreads } from './product-laws.ts'

const flags = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean() })
/** Extents around the tiles' sides, and some beyond a block. */
const extent = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(63, 64, 97, 130))
const extents = fc.record({ rows: extent, depth: extent, columns: extent })

type Flags = { transposeA: boolean; transposeB: boolean }

function shapesOf({ rows, depth, columns }: Record<string, number>, { transposeA, transposeB }: Flags): number[][] {
  return [transposeA ? [depth!, rows!] : [rows!, depth!], transposeB ? [columns!, depth!] : [depth!, columns!]]
}

const plain = (a: Tensor, b: Tensor): Tensor => matMul(a, b)
const product = (flags: Flags) => (a: Tensor, b: Tensor) => matMul(a, b, flags.transposeA, flags.transposeB)

describeBackend('matMul', (threads) => {
  it('agrees with cpu for every size and flag', async () => {
    await forAll(fc.record({ extents, flags, seed: seeds }), async ({ extents, flags, seed }) => {
      const [a, b] = shapesOf(extents, flags) as [number[], number[]]
      await agreesAsProducts(product(flags), [specOf(a, seed), specOf(b, seed + 1)])
    })
  })

  it('agrees where the blocks end: long sums, many rows, wide results', async () => {
    const cases = [
      { rows: 700, depth: 11, columns: 33 },
      { rows: 33, depth: 1100, columns: 9 },
      { rows: 5, depth: 40, columns: 1300 },
      { rows: 101, depth: 270, columns: 170 },
      { rows: 1000, depth: 30, columns: 3 },
      { rows: 30, depth: 4200, columns: 12 },
    ]
    for (const extents of cases) {
      for (const flags of [0, 1, 2, 3].map((i) => ({ transposeA: i > 1, transposeB: i % 2 === 1 }))) {
        const [a, b] = shapesOf(extents, flags) as [number[], number[]]
        await agreesAsProducts(product(flags), [specOf(a, 3), specOf(b, 4)])
      }
    }
  })

  it('broadcasts outer dimensions, also where tfjs-backend-cpu pairs the wrong matrices', async () => {
    const cases = fc.record({
      outer: broadcastShapes,
      extents: fc.record({ rows: small, depth: small, columns: small }),
      flags,
      seed: seeds,
    })
    await forAll(cases, async ({ outer: [outerA, outerB], extents, flags, seed }) => {
      const [a, b] = shapesOf(extents, flags) as [number[], number[]]
      const full = outerA.length >= outerB.length ? outerA : outerB
      const common = full.map((_, i) => Math.max(at(outerA, full.length, i), at(outerB, full.length, i)))
      const expected = (x: Tensor, y: Tensor) =>
        product(flags)(broadcastTo(x, [...common, ...a]), broadcastTo(y, [...common, ...b]))
      const specs = [specOf([...outerA, ...a], seed), specOf([...outerB, ...b], seed + 1)]
      await agreesAsProducts(product(flags), specs, { expected, sums: expected })
    })
  })

  it('leaves other types and empty factors to cpu', async () => {
    const int = { dtype: 'int32' as const }
    await agreesWithCpu(plain, [specOf([3, 4], 1, int), specOf([4, 2], 2, int)])
    await agreesWithCpu(plain, [specOf([3, 0], 1), specOf([0, 2], 2)])
    await agreesWithCpu(plain, [specOf([0, 3], 1), specOf([3, 2], 2)])
  })

  it('keeps NaN and infinities where they belong', async () => {
    const a = { shape: [2, 3], dtype: 'float32' as const, values: [1, NaN, 2, 3, Infinity, 1] }
    await agreesWithCpu(plain, [a, specOf([3, 9], 1, { min: 1, max: 2 })])
  })

  it(`runs on simd (${threads})`, () => expect(getBackend()).toBe('simd'))
})

const small = fc.integer({ min: 1, max: 9 })
const at = (shape: number[], rank: number, i: number): number => shape[i - (rank - shape.length)] ?? 1

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const

describeBackend('fused matMul', () => {
  for (const activation of activations) {
    it(`applies bias and ${activation}`, async () => {
      const cases = fc.record({ rows: extent, depth: small, columns: extent, flags, seed: seeds, slopes: fc.boolean() })
      await forAll(
        cases,
        async ({ flags, seed, slopes, ...extents }) => {
          const { columns } = extents
          const [a, b] = shapesOf(extents, flags) as [number[], number[]]
          const op = (a: Tensor, b: Tensor, bias: Tensor, alpha: Tensor) =>
            fused.matMul({
              a: a as Tensor2D,
              b: b as Tensor2D,
              ...flags,
              bias,
              activation,
              preluActivationWeights: alpha,
              leakyreluAlpha: 0.3,
            })
          const specs = [specOf(a, seed), specOf(b, seed + 1), specOf([columns], seed + 2)]
          await agreesWithCpu(op, [...specs, specOf(slopes ? [columns] : [1, 1], seed + 3)], { atol: 1e-4 })
        },
        25,
      )
    })
  }

  it('applies a bias and slopes of any shape that fits', async () => {
    for (const shape of [[7, 1], [7, 12], [1], [12], [1, 12]]) {
      const op = (a: Tensor, b: Tensor, bias: Tensor) =>
        fused.matMul({ a: a as Tensor2D, b: b as Tensor2D, bias, activation: 'prelu', preluActivationWeights: bias })
      await agreesWithCpu(op, [specOf([7, 5], 1), specOf([5, 12], 2), specOf(shape, 3)], { atol: 1e-4 })
    }
  })
})

describe('matMul on any number of threads', () => {
  afterAll(() => removeBackend('simd'))

  it('gives the same bits', async () => {
    const sizes = [
      { rows: 65, depth: 3000, columns: 33 },
      { rows: 300, depth: 290, columns: 500 },
      { rows: 1500, depth: 50, columns: 2 },
    ]
    const cases = sizes.flatMap((extents) =>
      [0, 1, 2, 3].map((i) => {
        const flags = { transposeA: i > 1, transposeB: i % 2 === 1 }
        const [a, b] = shapesOf(extents, flags) as [number[], number[]]
        return [product(flags), [specOf(a, 3), specOf(b, 4)]] as const
      }),
    )
    await sameOnAnyThreads(cases)
  })
})
