/** Runs before every test file: a quiet tfjs, the leak law, and `toBeAllClose`. */
import { engine, env } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect } from 'vitest'

env().set('IS_TEST', true)

/** Options of `toBeAllClose`: |actual − expected| ≤ atol + rtol·|expected|, element by element. */
interface Tolerance {
  rtol?: number
  atol?: number
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the page is cross-origin isolated (vitest.config.ts). */
    isolated: boolean
  }
  interface Matchers<T> {
    toBeAllClose(expected: ArrayLike<number>, tolerance?: Tolerance): T
  }
}

expect.extend({
  toBeAllClose(actual: ArrayLike<number>, expected: ArrayLike<number>, { rtol = 1e-5, atol = 1e-6 }: Tolerance = {}) {
    if (actual.length !== expected.length) {
      return { pass: false, message: () => `expected ${expected.length} numbers, got ${actual.length}` }
    }
    let worst = -1
    let excess = 0
    for (let i = 0; i < actual.length; i++) {
      const a = actual[i] ?? Number.NaN
      const e = expected[i] ?? Number.NaN
      const over = Object.is(a, e) ? 0 : Math.abs(a - e) - (atol + rtol * Math.abs(e))
      if (over > excess || Number.isNaN(over)) {
        excess = Number.isNaN(over) ? Number.POSITIVE_INFINITY : over
        worst = i
      }
    }
    return {
      pass: worst < 0,
      message: () => `element ${worst}: expected ${expected[worst]}, got ${actual[worst]} (rtol ${rtol}, atol ${atol})`,
    }
  },
})

let tensorsBefore = 0

beforeEach(() => {
  tensorsBefore = engine().state.numTensors
})

// Tests that train in `beforeAll` keep their tensors across tests; what a test itself makes, it must dispose.
afterEach(() => {
  const leaked = engine().state.numTensors - tensorsBefore
  if (leaked > 0) throw new Error(`this test leaked ${leaked} tensor${leaked === 1 ? '' : 's'}`)
})
