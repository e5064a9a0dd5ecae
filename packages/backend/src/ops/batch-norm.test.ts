import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { firstOrder, secondOrder } from '../gradients/finite-differences.ts'
import { batchNorm, key, normal, useBackend } from '../index.ts'

const draw = (shape: number[], seed: number) => normal(key(seed), shape)

/** The definition, in float64. */
function reference(x: ArrayLike<number>, scale: ArrayLike<number>, offset: ArrayLike<number>, slope: number) {
  const channels = scale.length
  const rows = x.length / channels
  return Float64Array.from(x, (value, i) => {
    const c = i % channels
    const column = Array.from({ length: rows }, (_, row) => x[row * channels + c]!)
    const mean = column.reduce((sum, one) => sum + one, 0) / rows
    const variance = column.reduce((sum, one) => sum + (one - mean) ** 2, 0) / rows
    const z = ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[c]! + offset[c]!
    return z > 0 ? z : slope * z
  })
}

describe.each(['cpu', 'simd'] as const)('batchNorm on %s', (backend) => {
  // Channels below, at and above the eight that are computed together; rows below and above the 32 of a block.
  it.each([
    [[3, 5], 1],
    [[5, 2, 2, 8], 0.2],
    [[2, 4, 5, 19], 0],
    [[700, 33], 0.1],
  ])('of %j with slope %d is the definition', async (shape, slope) => {
    await useBackend(backend)
    tf.tidy(() => {
      const channels = shape.at(-1)!
      const x = tf.add(tf.mul(draw(shape, 1), 3), 20)
      const [scale, offset] = [draw([channels], 2), draw([channels], 3)]
      const expected = reference(x.dataSync(), scale.dataSync(), offset.dataSync(), slope)
      const y = batchNorm(x, scale, offset, { slope })
      expect(y.shape).toEqual(shape)
      expect(y.dataSync()).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-5 })
    })
  })

  it('has first and second gradients that equal finite differences', async () => {
    await useBackend(backend)
    tf.tidy(() => {
      const [x, scale, offset] = [draw([4, 3], 4), draw([3], 5), draw([3], 6)]
      const weights = draw([4, 3], 7)
      for (const slope of [1, 0.3]) {
        const run = (...of: [tf.Tensor, tf.Tensor, tf.Tensor]) =>
          tf.sum(tf.mul(tf.square(batchNorm(...of, { epsilon: 0.1, slope })), weights))
        const ofEach: [tf.Tensor, (t: tf.Tensor) => tf.Tensor][] = [
          [x, (t) => run(t, scale, offset)],
          [scale, (t) => run(x, t, offset)],
          [offset, (t) => run(x, scale, t)],
        ]
        for (const [at, f] of ofEach) {
          const [gradient, differences] = firstOrder(f, at)
          expect(gradient).toBeAllClose(differences, { rtol: 2e-3, atol: 2e-3 })
          const [product, second] = secondOrder(f, at, draw(at.shape, 8))
          expect(product).toBeAllClose(second, { rtol: 5e-3, atol: 5e-3 })
        }
      }
    })
  })

  it('refuses what does not fit', async () => {
    await useBackend(backend)
    tf.tidy(() => {
      const [x, six] = [draw([2, 3, 6], 8), tf.ones([6])]
      expect(() => batchNorm(x, tf.ones([5]), six)).toThrow(
        /backend\.batchNorm: expected scale of shape \[6\], got \[5\]/,
      )
      expect(() => batchNorm(six, six, six)).toThrow(/expected x of shape \[batch, …, channels\], got \[6\]/)
      expect(() => batchNorm(x, six, six, { slope: 2 })).toThrow(/slope/)
      expect(() => batchNorm(x, six, six, { epsilon: 0 })).toThrow(/epsilon/)
    })
  })
})
