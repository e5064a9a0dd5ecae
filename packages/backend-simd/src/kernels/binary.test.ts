import { add, div, maximum, minimum, mul, sub, type Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { it } from 'vitest'
import { agreesWithCpu, broadcastShapes, describeBackend, forAll, seeds, specOf } from './laws.ts'

const family: Record<string, (a: Tensor, b: Tensor) => Tensor> = { add, div, maximum, minimum, mul, sub }

describeBackend('binary', () => {
  for (const [name, op] of Object.entries(family)) {
    it(`${name} agrees with cpu over broadcasts and types`, async () => {
      const dtype = fc.constantFrom('float32' as const, 'int32' as const)
      const cases = fc.record({ pair: broadcastShapes, seed: seeds, dtype, other: dtype })
      await forAll(cases, async ({ pair: [a, b], seed, dtype, other }) => {
        const away = name === 'div' ? { min: 1, max: 9 } : {}
        await agreesWithCpu(op, [specOf(a, seed, { dtype }), specOf(b, seed + 1, { dtype: other, ...away })])
      })
    })
  }

  it('agrees when the work is shared among threads', async () => {
    const pairs: [number[], number[]][] = [
      [[70_003], [70_003]],
      [[70_003], []],
      [[], [70_003]],
      [[701, 101], [101]],
      [
        [701, 1],
        [701, 101],
      ],
      [
        [3, 501, 1, 31],
        [501, 3, 1],
      ],
    ]
    for (const [a, b] of pairs) await agreesWithCpu(sub, [specOf(a, 1), specOf(b, 2)])
  })

  it('keeps NaN in maximum and minimum', async () => {
    const a = { shape: [5], dtype: 'float32' as const, values: [NaN, 1, NaN, -0, Infinity] }
    const b = { shape: [5], dtype: 'float32' as const, values: [1, NaN, NaN, 0, -Infinity] }
    for (const op of [maximum, minimum]) await agreesWithCpu(op, [a, b])
  })

  it('is right for tensors without elements', async () => {
    await agreesWithCpu(add, [specOf([0, 3], 1), specOf([3], 1)])
  })
})
