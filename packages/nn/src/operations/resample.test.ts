import { key, useBackend } from '@gen/backend'
import { grad, mul, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { numbers } from '../testing.ts'
import { doublePositions, meanPool } from './resample.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

function flat(compute: () => Tensor): number[] {
  return tidy(() => [...compute().dataSync()])
}

/** Rows are outputs, columns inputs, of a map along one axis. */
function alongAxis(matrix: number[][], x: number[]): number[] {
  return matrix.map((row) => row.reduce((total, weight, i) => total + weight * x[i]!, 0))
}

it('means pairs, and what is left over', () => {
  expect(flat(() => meanPool(tensor([1, 2, 3, 4, 5], [1, 5, 1])))).toEqual([1.5, 3.5, 5])
  expect(flat(() => meanPool(tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])))).toEqual([3, 4.5, 7.5, 9])
})

it('repeats each position', () => {
  expect(flat(() => doublePositions(tensor([1, 2], [1, 2, 1]), 'nearest'))).toEqual([1, 1, 2, 2])
  const image = tensor([1, 10, 2, 20, 3, 30, 4, 40], [1, 2, 2, 2])
  expect(flat(() => doublePositions(image, 'nearest'))).toEqual([
    1, 10, 1, 10, 2, 20, 2, 20, 1, 10, 1, 10, 2, 20, 2, 20, 3, 30, 3, 30, 4, 40, 4, 40, 3, 30, 3, 30, 4, 40, 4, 40,
  ])
  image.dispose()
})

it('interpolates at half-pixel centers', () => {
  // Output i lies at (i + ½)/2 − ½ of the input; the edges repeat.
  const matrix = [
    [1, 0, 0],
    [0.75, 0.25, 0],
    [0.25, 0.75, 0],
    [0, 0.75, 0.25],
    [0, 0.25, 0.75],
    [0, 0, 1],
  ]
  const x = [3, -1, 5]
  expect(flat(() => doublePositions(tensor(x, [1, 3, 1]), 'bilinear'))).toBeAllClose(alongAxis(matrix, x))
})

it('has gradients that are the transposed maps, for all sizes', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.nat(1000))
  const maps: ((x: Tensor) => Tensor)[] = [
    meanPool,
    (x) => doublePositions(x, 'nearest'),
    (x) => doublePositions(x, 'bilinear'),
  ]
  fc.assert(
    fc.property(sizes, fc.constantFrom(...maps), ([h, w, seed], map) => {
      const [left, right] = tidy(() => {
        const x = numbers(key(seed), [2, h, w, 2])
        const y = map(x)
        const dy = numbers(key(seed + 1), y.shape)
        const transposed = grad((input: Tensor) => sum(mul(map(input), dy)))(x)
        return [sum(mul(y, dy)).dataSync()[0]!, sum(mul(x, transposed)).dataSync()[0]!]
      })
      expect([left]).toBeAllClose([right], { rtol: 1e-4, atol: 1e-4 })
    }),
    { numRuns: 40 },
  )
})
