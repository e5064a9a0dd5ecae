/** Laws for tests: an operation gives on `simd` what it gives on `cpu`, whatever the shapes. Not part of the package. @module */
import { engine, env, getBackend, removeBackend, setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { registerSimdBackend, type SimdBackendOptions } from '../register.ts'
import { relaxedSimd } from '../relaxed-simd.ts'
import { threadsAllowed } from '../worker.ts'
import { spoilFreeMemory } from './stale-memory.ts'

/** A tensor to be made on either backend. */
export interface TensorSpec {
  readonly shape: number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly values: number[]
}

/** How close results must be: |simd − cpu| ≤ atol + rtol·|cpu|. */
export interface LawTolerance {
  /** @default 1e-5 */
  rtol?: number
  /** @default 1e-6 */
  atol?: number
}

/** Options of {@link specOf}. */
export interface SpecOptions {
  /** @default 'float32' */
  dtype?: TensorSpec['dtype']
  /** @default -4 */
  min?: number
  /** @default 4 */
  max?: number
}

/** A tensor of a given shape with values drawn from a seed: cheap for large shapes, and reproducible. */
export function specOf(
  shape: number[],
  seed: number,
  { dtype = 'float32', min = -4, max = 4 }: SpecOptions = {},
): TensorSpec {
  const size = shape.reduce((product, extent) => product * extent, 1)
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  const values = Array.from({ length: size }, () => {
    // xorshift32 (Marsaglia, 2003)
    state ^= state << 13
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    const value = min + ((max - min) * state) / 2 ** 32
    if (dtype === 'bool') return state & 1
    return dtype === 'int32' ? Math.round(value) : Math.fround(value)
  })
  return { shape, dtype, values }
}

/** Options of {@link shapes}. */
export interface ShapeOptions {
  /** @default 0 */
  minRank?: number
  /** @default 4 */
  maxRank?: number
  /** @default 9 */
  maxExtent?: number
}

/** Shapes of rank `minRank` to `maxRank`, extents from 1 to `maxExtent`. */
export function shapes({ minRank = 0, maxRank = 4, maxExtent = 9 }: ShapeOptions = {}): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 1, max: maxExtent }), { minLength: minRank, maxLength: maxRank })
}

/** Seeds of {@link specOf}. */
export const seeds: fc.Arbitrary<number> = fc.integer({ min: 1, max: 2 ** 31 - 1 })

/** Pairs of shapes that broadcast: extents of a common shape, some replaced by 1, leading ones of either dropped. */
export const broadcastShapes: fc.Arbitrary<[number[], number[]]> = fc
  .record({
    shape: shapes({ maxRank: 5, maxExtent: 7 }),
    ones: fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 31 })),
    drop: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()),
  })
  .map(({ shape, ones, drop: [drop, fromA] }) => {
    const a = shape.map((extent, i) => (ones[0] & (1 << i) ? 1 : extent))
    const b = shape.map((extent, i) => (ones[1] & (1 << i) ? 1 : extent))
    return fromA ? [a.slice(Math.min(drop, a.length)), b] : [a, b.slice(Math.min(drop, b.length))]
  })

/** Whether all elements are the same; by a loop, for `toEqual` takes seconds on a million of them. */
export function sameBits(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/** What `op` gives on a backend. It must leave its inputs as they are, and free memory may hold anything. */
async function evaluate(backend: string, op: (...inputs: Tensor[]) => Tensor | Tensor[], specs: TensorSpec[]) {
  await setBackend(backend)
  const results: { shape: number[]; dtype: string; values: ArrayLike<number> }[] = []
  tidy(() => {
    if (backend === 'simd') spoilFreeMemory()
    const inputs = specs.map(({ values, shape, dtype }) => tensor(values, shape, dtype))
    const before = inputs.map((input) => input.dataSync().slice())
    const out = op(...inputs)
    const changed = inputs.findIndex((input, i) => !sameBits(input.dataSync(), before[i]!))
    // tfjs-backend-cpu, the reference, overwrites the input of `tensorScatterUpdate`.
    if (backend === 'simd') expect(changed).toBe(-1)
    for (const { shape, dtype, ...t } of [out].flat().map((t) => ({ shape: t.shape, dtype: t.dtype, t }))) {
      results.push({ shape, dtype, values: t.t.dataSync() as ArrayLike<number> })
    }
  })
  return results
}

/** Asserts that an operation (one result or several) gives the same shapes, types and values on `simd` as on `cpu`. */
export async function agreesWithCpu(
  op: (...inputs: Tensor[]) => Tensor | Tensor[],
  specs: TensorSpec[],
  tolerance: LawTolerance = {},
): Promise<void> {
  const expected = await evaluate('cpu', op, specs)
  const actual = await evaluate('simd', op, specs)
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  )
  for (const [i, { values }] of actual.entries()) expect(values).toBeAllClose(expected[i]!.values, tolerance)
}

/** Checks a law over random cases: `describeLaw(arbitrary, case → [inputs…])`. Few runs: shrinking finds the small case. */
export async function forAll<T>(cases: fc.Arbitrary<T>, law: (value: T) => Promise<void>, numRuns = 60): Promise<void> {
  await fc.assert(fc.asyncProperty(cases, law), { numRuns, seed: 7 })
}

/** Registers and starts `simd` anew, and checks that it runs. */
export async function startSimd(options: SimdBackendOptions): Promise<void> {
  env().set('IS_TEST', true)
  if (engine().findBackendFactory('simd') !== null) removeBackend('simd')
  registerSimdBackend(options)
  if (!(await setBackend('simd')) || getBackend() !== 'simd') throw new Error('the backend simd did not start')
}

/** Two threads, where memory may be shared, and one; and the build for engines without relaxed SIMD. */
const builds = [
  { build: '2 threads', threads: 2, relaxed: true },
  { build: '1 thread', threads: 1, relaxed: true },
  { build: '1 thread, not relaxed', threads: 1, relaxed: false },
].filter(({ threads, relaxed }) => (threads === 1 || threadsAllowed()) && (!relaxed || threads > 1 || relaxedSimd()))

/** The reference on cpu takes seconds, and many times that where other programs want the cores. */
const patience = 300_000

/** A group of tests that runs on all builds of the program that this engine can run. */
export function describeBackend(name: string, body: (threads: number) => void): void {
  describe.each(builds)(`${name}, $build`, { timeout: patience }, ({ threads, relaxed }) => {
    beforeAll(() => startSimd({ threads, relaxed }))
    afterAll(() => removeBackend('simd'))
    body(threads)
  })
}
