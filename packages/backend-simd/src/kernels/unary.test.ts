import { abs, exp, neg, relu, sigmoid, sqrt, square, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agreesWithCpu, describeBackend, forAll, seeds, shapes, specOf } from './laws.ts'

const family: Record<string, (x: Tensor) => Tensor> = { abs, exp, neg, relu, sigmoid, sqrt, square }

const floatOnly = ['sigmoid', 'sqrt']

describeBackend('unary', () => {
  for (const [name, op] of Object.entries(family)) {
    it(`${name} agrees with cpu`, async () => {
      const types = floatOnly.includes(name) ? (['float32'] as const) : (['float32', 'int32'] as const)
      const range = name === 'sqrt' ? { min: 0, max: 100 } : { min: -20, max: 20 }
      const cases = fc.record({ shape: shapes(), seed: seeds, dtype: fc.constantFrom(...types) })
      await forAll(cases, ({ shape, seed, dtype }) => agreesWithCpu(op, [specOf(shape, seed, { dtype, ...range })]), 25)
    })
  }

  it('agrees when the work is shared among threads, on sizes that are no multiple of anything', async () => {
    for (const op of [exp, relu]) await agreesWithCpu(op, [specOf([70_003], 5)])
  })

  it('keeps NaN, infinities and the ends of the range of exp', async () => {
    const values = [NaN, Infinity, -Infinity, 0, -0, 88.7, 88.8, -87.4, -103, -104, 1e-30, 120]
    for (const op of [exp, sigmoid, relu, abs, neg, sqrt]) {
      await agreesWithCpu(op, [{ shape: [values.length], dtype: 'float32', values }], { atol: 1e-37 })
    }
  })

  it('exp has a relative error below 2e-7 over its range', () => {
    const { values } = specOf([20_000], 3, { min: -87, max: 88 })
    const result = tidy(() => exp(tensor1d(values)).dataSync<'float32'>())
    const worst = result.reduce((most, y, i) => Math.max(most, Math.abs(y / Math.exp(values[i]!) - 1)), 0)
    expect(worst).toBeLessThan(2e-7)
  })
})
