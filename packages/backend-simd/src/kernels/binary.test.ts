import {
  add,
  addN,
  atan2,
  div,
  engine,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  maximum,
  minimum,
  mod,
  mul,
  notEqual,
  pow,
  prelu,
  squaredDifference,
  sub,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { it } from 'vitest'
import { agreesWithCpu, broadcastShapes, describeBackend, forAll, seeds, shapes, specOf } from './laws.ts'

const family: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
  add,
  div,
  maximum,
  minimum,
  mul,
  squaredDifference,
  sub,
}
const comparisons: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  notEqual,
}
const edges = [NaN, 1, Infinity, -Infinity, 0, -0, -1, 2.5, -2.5, 1e-40]

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

  for (const [name, op] of Object.entries(comparisons)) {
    it(`${name} agrees with cpu over broadcasts and types`, async () => {
      const dtype = fc.constantFrom('float32' as const, 'int32' as const)
      await forAll(fc.record({ pair: broadcastShapes, seed: seeds, dtype }), async ({ pair: [a, b], seed, dtype }) => {
        const few = { dtype: 'int32' as const, min: -1, max: 1 }
        const specs = [specOf(a, seed, few), specOf(b, seed + 1, few)].map((spec) => ({ ...spec, dtype }))
        await agreesWithCpu(op, specs)
      })
      await agreesWithCpu(op, [specOf([40_003], 1, { min: -1 }), specOf([40_003], 2, { min: -1 })])
      await agreesWithCpu(op, [specOf([701, 101], 1), specOf([101], 2)])
    })
  }

  it('compares and combines bool', async () => {
    const ops = (a: Tensor, b: Tensor) => [logicalAnd(a, b), logicalOr(a, b), equal(a, b), notEqual(a, b)]
    await forAll(fc.record({ pair: broadcastShapes, seed: seeds }), ({ pair: [a, b], seed }) =>
      agreesWithCpu(
        (x, y) => ops(x!, y!),
        [specOf(a, seed, { dtype: 'bool' }), specOf(b, seed + 1, { dtype: 'bool' })],
      ),
    )
  })

  it('chooses by a condition', async () => {
    const dtype = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const)
    await forAll(fc.record({ pair: broadcastShapes, seed: seeds, dtype }), ({ pair: [a, b], seed, dtype }) =>
      agreesWithCpu(
        (condition, x, y) => where(condition!, x!, y!),
        [specOf(a, seed, { dtype: 'bool' }), specOf(a, seed + 1, { dtype }), specOf(b, seed + 2, { dtype })],
      ),
    )
  })

  it('adds many', async () => {
    const cases = fc.record({ shape: shapes(), count: fc.integer({ min: 1, max: 6 }), seed: seeds })
    await forAll(cases, ({ shape, count, seed }) =>
      agreesWithCpu(
        (...xs) => addN(xs),
        Array.from({ length: count }, (_, i) => specOf(shape, seed + i)),
      ),
    )
    await agreesWithCpu((...xs) => addN(xs), [specOf([40_003], 1), specOf([40_003], 2), specOf([40_003], 3)])
  })

  it('powers, remainders and angles agree with cpu, in every quadrant and at the edges', async () => {
    const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const))
    const [a, b] = [0, 1].map((i) => ({
      shape: [100],
      dtype: 'float32' as const,
      values: pairs.map((pair) => pair[i]!),
    }))
    for (const op of [pow, mod, atan2]) await agreesWithCpu((x, y) => op(x!, y!), [a!, b!], { atol: 1e-37 })
    for (const op of [mod, atan2]) await agreesWithCpu((x, y) => op(x!, y!), [specOf([5003], 1), specOf([5003], 2)])
    await agreesWithCpu((x, y) => pow(x!, y!), [specOf([5003], 1, { min: 0 }), specOf([5003], 2)])
    await agreesWithCpu((x, y) => pow(x!, y!), [specOf([33], 1), { shape: [], dtype: 'float32', values: [2] }])
  })

  it('prelu and the gradient of elu agree with cpu', async () => {
    await agreesWithCpu((x, alpha) => prelu(x!, alpha!), [specOf([7, 33], 1), specOf([33], 2)])
    const eluGrad = (dy: Tensor, y: Tensor) => engine().runKernel('EluGrad', { dy, y }) as Tensor
    await agreesWithCpu((dy, y) => eluGrad(dy!, y!), [specOf([7, 33], 1), specOf([7, 33], 2, { min: -1, max: 1 })])
  })

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

  it('keeps NaN in maximum and minimum, and compares it as cpu does', async () => {
    const a = { shape: [5], dtype: 'float32' as const, values: [NaN, 1, NaN, -0, Infinity] }
    const b = { shape: [5], dtype: 'float32' as const, values: [1, NaN, NaN, 0, -Infinity] }
    const ops = [maximum, minimum, ...Object.values(comparisons)]
    for (const op of ops) await agreesWithCpu(op, [a, b])
  })

  it('is right for tensors without elements', async () => {
    await agreesWithCpu(add, [specOf([0, 3], 1), specOf([3], 1)])
  })
})
