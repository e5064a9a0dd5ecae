import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gram, type HeldMatrix, product, times, timesTransposed, transposed, withHeldMatrix } from '../index.ts'
import { bells } from '../testing.ts'

const size = fc.integer({ min: 1, max: 150 })
const close = { rtol: 1e-12, atol: 1e-12 }

describe('a held matrix', () => {
  it('gives the products that single ones give, also while others are computed', () => {
    void fc.assert(
      fc.property(size, size, (n, m) => {
        const x = bells(n, n, m)
        const [v, w, weights] = [bells(1, 1, m).data, bells(2, 1, n).data, bells(3, 1, n).data]
        withHeldMatrix(x, (held) => {
          expect(held.times(v)).toBeAllClose(times(x, v), close)
          const square = gram(x)
          expect(held.timesTransposed(w)).toBeAllClose(timesTransposed(x, w), close)
          expect(held.timesNormal(v)).toBeAllClose(times(square, v), close)
          const weighed = times(x, v).map((value, i) => value * weights[i]!)
          expect(held.timesNormal(v, weights)).toBeAllClose(timesTransposed(x, weighed), close)
        })
      }),
      { numRuns: 20, seed: 8 },
    )
  })

  it('refuses vectors that do not fit, and what comes too late', () => {
    let kept: HeldMatrix | undefined
    const refused = (code: string, text: string) =>
      expect.objectContaining({ code, message: expect.stringContaining(text) })
    withHeldMatrix(bells(1, 4, 3), (held) => {
      kept = held
      expect(() => held.times(new Float64Array(4))).toThrow(refused('shape', 'expected 3 numbers in v, got 4'))
      expect(() => held.timesTransposed(new Float64Array(3))).toThrow(refused('shape', 'expected 4 numbers in v'))
      expect(() => held.timesNormal(new Float64Array(3), new Float64Array(3))).toThrow(
        refused('shape', 'expected 4 weights, as m has rows, got 3'),
      )
    })
    expect(() => kept!.times(new Float64Array(3))).toThrow(refused('value', 'got one after it returned'))
  })
})

describe('products', () => {
  it('give a row the same bits whatever rows are beside it', () => {
    const [x, y] = [bells(1, 70, 600), bells(2, 600, 33)]
    const whole = product(x, y)
    for (const i of [0, 3, 17, 69]) {
      const one = { rows: 1, columns: 600, data: x.data.subarray(i * 600, (i + 1) * 600) }
      expect(product(one, y).data).toEqual(whole.data.slice(i * 33, (i + 1) * 33))
    }
    expect(product(transposed(y), transposed(x))).toEqual(transposed(whole))
  })
})
