import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Matrix } from '../matrices/matrix.ts'
import { bells } from '../testing.ts'
import { forEachBlock, forEachUpperBlock, type Pairing } from './pairwise.ts'

const plain: Record<Pairing, (a: ArrayLike<number>, b: ArrayLike<number>) => number> = {
  dot: (a, b) => Array.from(a).reduce((sum, value, j) => sum + value * b[j]!, 0),
  squared: (a, b) => Array.from(a).reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0),
  manhattan: (a, b) => Array.from(a).reduce((sum, value, j) => sum + Math.abs(value - b[j]!), 0),
}

const row = ({ columns, data }: Matrix, i: number) => data.subarray(i * columns, (i + 1) * columns)

describe.each(['dot', 'squared', 'manhattan'] as const)('blocks of %s', (pairing) => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 270 }),
    fc.integer({ min: 1, max: 150 }),
    fc.integer({ min: 1, max: 9 }),
  )

  it('hold every pair once, as computed one by one', () => {
    fc.assert(
      fc.property(sizes, ([n, m, d]) => {
        const [x, y] = [bells(n, n, d), bells(m + 1000, m, d)]
        const seen = new Float64Array(n * m).fill(Number.NaN)
        forEachBlock(x, y, pairing, ({ rowStart, rows, columnStart, columns, stride, values }) => {
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const at = (rowStart + i) * m + columnStart + j
              expect(seen[at]).toBeNaN()
              seen[at] = values[i * stride + j]!
            }
          }
        })
        expect(seen).toEqual(
          Float64Array.from(seen, (_, at) => plain[pairing](row(x, Math.floor(at / m)), row(y, at % m))),
        )
      }),
      { numRuns: 6, seed: 2 },
    )
  })

  it('above the diagonal hold every pair of one set', () => {
    const x = bells(5, 301, 3)
    let pairs = 0
    forEachUpperBlock(x, pairing, ({ rowStart, rows, columnStart, columns, stride, values }) => {
      for (let i = 0; i < rows; i++) {
        for (let j = Math.max(0, rowStart + i + 1 - columnStart); j < columns; j++) {
          pairs++
          if (pairs % 97 === 0) {
            expect(values[i * stride + j]).toBe(plain[pairing](row(x, rowStart + i), row(x, columnStart + j)))
          }
        }
      }
    })
    expect(pairs).toBe((301 * 300) / 2)
  })
})
