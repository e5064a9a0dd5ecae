/** Laws for sums of products, on top of `laws.ts`. Not part of the package. @module */
import { abs, setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { sameBits, startSimd, type TensorSpec } from './laws.ts'
import { spoilFreeMemory } from './stale-memory.ts'

type Operation = (...inputs: Tensor[]) => Tensor

/** The rounding error a sum of products may have, relative to the sum of the products' magnitudes. */
export const productTolerance = 1e-5

/** What an operation gives on a backend. It must leave its inputs as they are, and free memory may hold anything. */
export async function valuesOn(
  backend: string,
  op: Operation,
  specs: readonly TensorSpec[],
): Promise<{ shape: number[]; values: Float32Array }> {
  await setBackend(backend)
  return tidy(() => {
    if (backend === 'simd') spoilFreeMemory()
    const inputs = specs.map(({ values, shape, dtype }) => tensor(values, shape, dtype))
    const before = inputs.map((input) => input.dataSync().slice())
    const y = op(...inputs)
    expect(inputs.findIndex((input, i) => !sameBits(input.dataSync(), before[i]!))).toBe(-1)
    return { shape: y.shape, values: y.dataSync<'float32'>() }
  })
}

/**
 * Asserts |simd − cpu| ≤ 1e-5 · Σ |products|, element by element. The magnitude is what `sums` (by default `op`) gives on
 * cpu for the inputs' absolute values. `expected` stands in for `op` where tfjs-backend-cpu is wrong.
 */
export async function agreesAsProducts(
  op: Operation,
  specs: TensorSpec[],
  { sums = op, expected = op }: { sums?: Operation; expected?: Operation } = {},
): Promise<void> {
  const reference = await valuesOn('cpu', expected, specs)
  const { values: magnitude } = await valuesOn('cpu', (...inputs) => sums(...inputs.map((x) => abs(x))), specs)
  const actual = await valuesOn('simd', op, specs)
  expect(actual.shape).toEqual(reference.shape)
  const worst = actual.values.reduce((most, y, i) => {
    const error = Math.abs(y - reference.values[i]!) / (magnitude[i]! + 1e-30)
    return Number.isNaN(error) ? Infinity : Math.max(most, error)
  }, 0)
  expect(worst).toBeLessThan(productTolerance)
}

/** An operation and its inputs. */
export type ProductCase = readonly [op: Operation, specs: readonly TensorSpec[]]

/** Asserts that operations give the same bits on one thread (the build without shared memory), on two and on three. */
export async function sameOnAnyThreads(cases: readonly ProductCase[]): Promise<void> {
  const runs: Uint32Array[][] = []
  for (const threads of [1, 2, 3]) {
    await startSimd({ threads })
    const results: Uint32Array[] = []
    for (const [op, specs] of cases) results.push(new Uint32Array((await valuesOn('simd', op, specs)).values.buffer))
    runs.push(results)
  }
  const [one, ...others] = runs
  for (const other of others) {
    for (const [i, bits] of one!.entries()) expect(bits.findIndex((word, at) => word !== other[i]![at])).toBe(-1)
  }
}
