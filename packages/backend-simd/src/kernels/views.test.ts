import { add, cast, memory, reshape, tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agreesWithCpu, describeBackend, forAll, seeds, shapes, specOf } from './laws.ts'

describeBackend('views', () => {
  it('casts between all types as cpu does', async () => {
    const dtype = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const)
    const cases = fc.record({ shape: shapes(), seed: seeds, from: dtype, to: dtype })
    await forAll(cases, ({ shape, seed, from, to }) =>
      agreesWithCpu((x) => cast(x, to), [specOf(shape, seed, { dtype: from })]),
    )
  })

  it('casts large tensors', async () => {
    for (const dtype of ['int32', 'bool'] as const) {
      await agreesWithCpu((x) => cast(x, 'float32'), [specOf([70_003], 1, { dtype })])
    }
  })

  it('computes with the result of a widening cast', async () => {
    await agreesWithCpu((x) => add(cast(x, 'float32'), 0.5), [specOf([7, 5], 1, { dtype: 'int32' })])
  })

  it('reshapes and clones without a copy', () => {
    const x = tensor([1, 2, 3, 4, 5, 6])
    const before = (memory() as unknown as { bytesInUse: number }).bytesInUse
    const y = reshape(x, [2, -1])
    const z = y.clone()
    expect((memory() as unknown as { bytesInUse: number }).bytesInUse).toBe(before)
    x.dispose()
    y.dispose()
    expect(Array.from(z.dataSync())).toEqual([1, 2, 3, 4, 5, 6])
    z.dispose()
  })
})
