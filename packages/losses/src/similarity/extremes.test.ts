/** Similarities and their gradients far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { key, uniform, useBackend } from '@gen/backend'
import { add, div, grads, mul, round, sum, type Tensor, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { msSsimLoss, perceptualLoss, ssimLoss } from '../index.ts'
import { evaluate } from '../testing/extremes.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  describe('similarity', () => {
    const picture = (seed: number) => uniform(key(seed), [1, 24, 24, 1]) as Tensor4D

    it.each([
      ['ssimLoss', ssimLoss],
      ['msSsimLoss', msSsimLoss],
    ] as const)('%s: contrast does not depend on where the range lies', (_, loss) => {
      // Means of 1e4 and more agree to a part in 1e8: what is left is contrast and structure, on a grid that float32 holds.
      const grid = (seed: number) => div(round(mul(picture(seed), 64)), 64)
      const at = (offset: number) =>
        tidy(() => {
          const [x, y] = [add(grid(1), offset) as Tensor4D, add(grid(2), offset) as Tensor4D]
          const found = grads((a: Tensor) => sum(loss(a as Tensor4D, y, { range: [offset, offset + 1] })))([x])
          const options = { range: [offset, offset + 1] } as const
          return [...loss(x, y, options).dataSync(), ...found[0]!.dataSync()]
        })
      expect(at(1e5)).toBeAllClose(at(1e4), { rtol: 1e-4, atol: 1e-5 })
    })

    it('of flat images is about their means alone, equal ones give 0', () => {
      const flat = (value: number) => tensor4d(new Float32Array(24 * 24).fill(value), [1, 24, 24, 1])
      const c1 = 0.01 ** 2
      for (const [a, b] of [
        [0, 0],
        [1, 1],
        [0.25, 0.5],
        [0, 1],
        [0.999, 1],
      ] as const) {
        const expected = 1 - (2 * a * b + c1) / (a * a + b * b + c1)
        const [value, ...slope] = tidy(() => {
          const other = flat(b)
          return evaluate((x) => ssimLoss(x as Tensor4D, other), flat(a))
        })
        expect([value!], `${a} ${b}`).toBeAllClose([expected], { atol: 2e-6 })
        expect(slope.every(Number.isFinite)).toBe(true)
      }
    })

    it('of activations from 1e-20 to 1e20 is the distance of their directions; below 1e-5 they count as shorter', () => {
      const distance = perceptualLoss({ features: (x) => mul(x, 1), unitLength: true })
      const between = (scale: number) =>
        tidy(
          () => distance(tensor4d([3 * scale, 4 * scale], [1, 1, 1, 2]), tensor4d([4, 3], [1, 1, 1, 2])).dataSync()[0]!,
        )
      for (const scale of [1e-2, 1, 1e4, 1e20, 6e37]) expect([between(scale)]).toBeAllClose([0.08], { rtol: 1e-4 })
      for (const scale of [0, 1e-20, 1e-6, 1e-5]) {
        const length = 5 * scale
        const factor = length / Math.sqrt(length ** 2 + 1e-10)
        const expected = (0.6 * factor - 0.8) ** 2 + (0.8 * factor - 0.6) ** 2
        expect([between(scale)], `${scale}`).toBeAllClose([expected], { rtol: 1e-4 })
      }
    })
  })
})
