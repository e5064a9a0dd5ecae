import { GenError } from '@gen/backend'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  cholesky,
  dominantLeft,
  gram,
  identity,
  type Matrix64,
  pivotedCholesky,
  product,
  ridgeRegression,
  singularValues,
  svd,
  symmetricEigen,
  withHeldMatrix,
} from '../index.ts'
import { bells, build } from '../testing.ts'
import { computeIn, inArena, linearAlgebraEngine } from './arena.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  computeIn(undefined)
})

/** Everything that computes in an arena. */
function everything(x: Matrix64): unknown[] {
  const square = gram(x)
  const held = withHeldMatrix(x, ({ timesNormal }) => timesNormal(dominantLeft(square)!))
  const factors = [cholesky(square), pivotedCholesky(square, 1e-13), ridgeRegression(x, x, 0.1)]
  return [square, held, ...factors, svd(x), singularValues(x), symmetricEigen(square)]
}

describe('memory', () => {
  it('left by one computation does not show in the next', () => {
    const x = bells(1, 60, 37)
    computeIn('webassembly')
    const first = everything(x)
    const poison = build(700, 700, () => Number.NaN)
    product(poison, poison)
    inArena('test', 2_000_000, ({ numbers, take }) => numbers.fill(Number.NaN, take(2_000_000)))
    expect(everything(x)).toEqual(first)
    computeIn('webassembly')
    expect(everything(x)).toEqual(first)
  })

  it('of a computation is its own while another runs inside, and free when it ends or throws', () => {
    const fill = (depth: number): boolean =>
      inArena('test', 1000, ({ numbers, take }) => {
        const at = take(1000)
        numbers.fill(depth, at, at + 1000)
        const inner = depth < 2000 ? fill(depth + 1) : true
        return inner && numbers.subarray(at, at + 1000).every((value) => value === depth)
      })
    expect(fill(1)).toBe(true)
    const placeOf = () => inArena('test', 10, ({ take }) => take(10))
    const before = placeOf()
    expect(() =>
      inArena('test', 10, () => {
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(placeOf()).toBe(before)
    expect(() => inArena('test', 10, ({ take }) => take(11))).toThrow('11 numbers taken of 10')
    const own = new RangeError('mine')
    expect(() =>
      withHeldMatrix(identity(2), () => {
        throw own
      }),
    ).toThrow(own)
  })

  it('that there is not is refused with its size', () => {
    for (const engine of ['webassembly', 'javascript'] as const) {
      computeIn(engine)
      const ask = () => inArena('svd', 2 ** 40, () => 0)
      expect(ask).toThrow(/^linearAlgebra.svd: expected 8388608 MiB of memory to compute in, got .*; pass smaller/)
      expect(ask).toThrow(expect.objectContaining({ code: 'memory', details: { megabytes: 2 ** 23 } }))
      expect(() => ask()).toThrow(GenError)
    }
  })
})

describe('the engine', () => {
  it('is WebAssembly where there is some', () => {
    expect(linearAlgebraEngine()).toBe('webassembly')
  })

  it('is JavaScript where a page may not compile, with the same results', () => {
    computeIn('webassembly')
    const x = bells(3, 30, 12)
    const known = svd(x).values
    vi.stubGlobal('WebAssembly', {
      Module: class {
        constructor() {
          throw new Error(
            "Refused to compile or instantiate WebAssembly module because 'wasm-unsafe-eval' is not allowed",
          )
        }
      },
    })
    vi.resetModules()
    return import('../index.ts').then((fresh) => {
      expect(fresh.linearAlgebraEngine()).toBe('javascript')
      expect(fresh.svd(x).values).toBeAllClose(known, { rtol: 1e-13 })
      expect(fresh.product(x, identity(12)).data).toEqual(x.data)
    })
  })
})
