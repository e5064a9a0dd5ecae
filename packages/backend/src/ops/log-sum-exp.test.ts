import { add, grad, mul, square, sum, type Tensor, type Tensor3D, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { firstOrder, secondOrder } from '../gradients/finite-differences.ts'
import { key, logSumExp, normal, useBackend } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const infinity = Number.POSITIVE_INFINITY

describe('logSumExp', () => {
  it('is that of float64 along any axis, however large or small', () => {
    for (const [axis, shift] of [
      [0, 0],
      [1, 1e4],
      [2, -300],
      [-1, 1e20],
    ] as const) {
      const x = tidy(() => add(mul(normal(key(axis + 5), [3, 4, 5]), 20), shift) as Tensor3D)
      const values = x.arraySync()
      const along = axis < 0 ? 2 : axis
      const expected: number[] = []
      const sizes = [3, 4, 5].filter((_, i) => i !== along)
      for (let i = 0; i < sizes[0]!; i++) {
        for (let j = 0; j < sizes[1]!; j++) {
          const line = Array.from({ length: [3, 4, 5][along]! }, (_, k) => {
            const at = [i, j].toSpliced(along, 0, k) as [number, number, number]
            return values[at[0]]![at[1]]![at[2]]!
          })
          const largest = Math.max(...line)
          expected.push(largest + Math.log(line.reduce((total, value) => total + Math.exp(value - largest), 0)))
        }
      }
      const found = logSumExp(x, axis)
      expect(found.shape).toEqual(sizes)
      expect(found.dataSync()).toBeAllClose(expected, { rtol: 1e-6 })
      x.dispose()
      found.dispose()
    }
  })

  it('of nothing possible is −∞ with an even gradient; ∞ and NaN are kept', () => {
    const rows = [
      [-infinity, -infinity],
      [-infinity, 1],
      [infinity, 0],
      [Number.NaN, -infinity],
    ]
    const [values, slopes] = tidy(() => {
      const x = tensor(rows, [4, 2])
      return [[...logSumExp(x, 1).dataSync()], grad((at: Tensor) => sum(logSumExp(at, 1)))(x).arraySync() as number[][]]
    })
    expect(values).toEqual([-infinity, 1, infinity, Number.NaN])
    expect(slopes.slice(0, 2)).toEqual([
      [0.5, 0.5],
      [0, 1],
    ])
  })

  it('has gradients of first and second order', () => {
    tidy(() => {
      const [x, direction] = [normal(key(1), [3, 4]), normal(key(2), [3, 4])]
      const loss = (at: Tensor) => sum(square(logSumExp(at, 1)))
      const [gradient, first] = firstOrder(loss, x)
      expect(gradient).toBeAllClose(first, { rtol: 1e-3, atol: 1e-3 })
      const [product, second] = secondOrder(loss, x, direction)
      expect(product).toBeAllClose(second, { rtol: 1e-3, atol: 1e-3 })
    })
  })
})
