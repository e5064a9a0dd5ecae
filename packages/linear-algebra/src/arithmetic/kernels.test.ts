import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniform } from '../testing.ts'
import { type Arena, computeIn, inArena, type LinearAlgebraEngine } from './arena.ts'
import { type Grid, type Part, rowsAt, turned } from './kernels.ts'
import { solveTriangular } from './triangles.ts'

const engines: readonly LinearAlgebraEngine[] = ['webassembly', 'javascript']
const size = fc.integer({ min: 0, max: 37 })
const close = { rtol: 1e-12, atol: 1e-13 }

/** What a computation leaves in `count` numbers that are the same at first, in both engines. */
function inBoth(count: number, work: (arena: Arena, at: number) => void): [Float64Array, Float64Array] {
  const results = engines.map((engine) => {
    computeIn(engine)
    return inArena('test', count, (arena) => {
      const at = arena.take(count)
      arena.numbers.set(
        uniform(7, count).map((value) => value - 0.5),
        at,
      )
      work(arena, at)
      return arena.numbers.slice(at, at + count)
    })
  })
  computeIn(undefined)
  return results as [Float64Array, Float64Array]
}

describe('the loops in WebAssembly equal those in JavaScript', () => {
  it('products of any strides and parts', () => {
    const grid = (at: number, row: number, column: number, flip: boolean): Grid =>
      flip ? { at, row: 1, column: row } : { at, row: column + 3, column: 1 }
    void fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 0, max: 600 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom<Part>('all', 'upper', 'lower'),
        (n, m, k, flipA, flipB, part) => {
          const [a, b] = [(n + 3) * (k + 3), (k + 3) * (m + 3)]
          const [first, second] = inBoth(a + b + n * (m + 1), (arena, at) => {
            const left = grid(at, n + 1, k, flipA)
            const right = grid(at + a, k + 2, m, flipB)
            arena.multiply(part, n, m, k, -1, left, right, rowsAt(at + a + b, m + 1))
          })
          const [c, d] = [first.subarray(a + b), second.subarray(a + b)]
          for (let i = 0; i < n; i++) {
            const [low, high] = part === 'all' ? [0, m] : part === 'upper' ? [i, m] : [0, Math.min(m, i + 1)]
            const row = (numbers: Float64Array) =>
              numbers.subarray(i * (m + 1) + Math.min(low, m), i * (m + 1) + Math.max(high, Math.min(low, m)))
            expect(row(c)).toBeAllClose(row(d), close)
          }
          expect(first.subarray(0, a + b)).toEqual(second.subarray(0, a + b))
        },
      ),
      { numRuns: 60, seed: 3 },
    )
  })

  it('products over the blocks of both caches', () => {
    const [n, m, k] = [261, 1030, 300]
    const [first, second] = inBoth(n * k + k * m + n * m, (arena, at) => {
      arena.multiply('all', n, m, k, 1, rowsAt(at, k), rowsAt(at + n * k, m), rowsAt(at + n * k + k * m, m))
    })
    expect(first).toBeAllClose(second, close)
  })

  it('products with vectors, and turns', () => {
    void fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 3 }), (n, m, step) => {
        const a = (n + 1) * (m + 2)
        const [first, second] = inBoth(a + 3 * (n + m + 2) * 3, (arena, at) => {
          const grid = rowsAt(at, m + 2)
          const [x, y] = [at + a, at + a + 3 * (n + m + 2)]
          arena.timesVector(n, m, 0.7, grid, x, y, step)
          arena.transposedTimesVector(n, m, -1.3, grid, y, x, step)
          arena.addOuter(n, m, 0.5, x, y, grid, step)
          arena.turn(m, 0.6, 0.8, x, y)
        })
        expect(first).toBeAllClose(second, close)
      }),
      { numRuns: 60, seed: 4 },
    )
  })

  it('triangular systems, forward and backward, of both halves', () => {
    const big = fc.integer({ min: 0, max: 150 })
    void fc.assert(
      fc.property(big, size, fc.boolean(), (n, m, backward) => {
        const [first, second] = inBoth(n * n + n * m, (arena, at) => {
          for (let i = 0; i < n; i++) arena.numbers[at + i * (n + 1)]! += n
          const l = rowsAt(at, n)
          solveTriangular(arena, backward, n, m, backward ? turned(l) : l, rowsAt(at + n * n, m))
        })
        expect(first).toBeAllClose(second, close)
      }),
      { numRuns: 30, seed: 5 },
    )
  })
})
