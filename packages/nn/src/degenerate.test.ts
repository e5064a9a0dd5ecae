/** Inputs at the edge of what layers are defined for: samples that are all alike, and numbers that are large. */
import { key, useBackend } from '@gen/backend'
import { concat, fill, grad, mul, ones, slice, square, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dense, groupNormalization, minibatchStdDev, selfAttention, siluLayer } from './index.ts'
import { numbers } from './testing.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (name) => {
  beforeAll(() => useBackend(name))

  it.each([1, 2, 4])(
    'minibatchStdDev gives √ε = 1e-4 where the %i samples of a group are equal, and no gradient',
    (size) => {
      tidy(() => {
        const row = numbers(key(1), [1, 2, 2, 3])
        const x = concat(Array<Tensor>(4).fill(row))
        const layer = minibatchStdDev({ groupSize: size })
        const added = (t: Tensor) => slice(layer.apply(t) as Tensor, [0, 0, 0, 3], [4, 2, 2, 1])
        expect(added(x).dataSync()).toBeAllClose(Array(16).fill(1e-4), { rtol: 1e-3, atol: 0 })
        const slope = grad((t: Tensor) => sum(added(t)))
        // float32's mean of equal numbers may be off by a rounding, which √ε divides.
        expect(slope(x).dataSync()).toBeAllClose(Array(48).fill(0), { atol: 1e-3 })
        const curvature = grad((t: Tensor) => sum(square(slope(t))))(x)
        expect([...curvature.dataSync()].every(Number.isFinite)).toBe(true)
      })
    },
  )

  it('groupNormalization gives the offset where all is equal, even at 1000', () => {
    tidy(() => {
      for (const value of [0, 1, -1000, 1000]) {
        const layer = groupNormalization({ groups: 2 })
        const y = layer.apply(fill([2, 3, 3, 4], value)) as Tensor
        // A rounding of the mean of 1000s, 6e-5, counts 1/√ε = 316 times.
        expect(y.dataSync()).toBeAllClose(Array(72).fill(0), { atol: 0.02 })
        const slope = grad((t: Tensor) => sum(mul(layer.apply(t) as Tensor, numbers(key(2), [2, 3, 3, 4]))))
        const values = [...slope(fill([2, 3, 3, 4], value)).dataSync()]
        expect(values.every(Number.isFinite)).toBe(true)
        // 1/√ε = 316 times the seed at most; without ε it would be infinite.
        expect(Math.max(...values.map(Math.abs))).toBeLessThan(316 * 4)
        expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(100)
        layer.dispose()
      }
    })
  })

  it.each([-1000, 1000])('layers stay finite at %i, with their gradients', (value) => {
    tidy(() => {
      const x = mul(numbers(key(3), [2, 3, 3, 4]), value)
      for (const layer of [
        siluLayer(),
        dense({ units: 4, key: key(4), spectral: true }),
        selfAttention({ heads: 2, groups: 2, key: key(5) }),
      ]) {
        const loss = (t: Tensor) => sum(layer.apply(t) as Tensor)
        const both = [...loss(x).dataSync(), ...grad(loss)(x).dataSync()]
        expect(both.every(Number.isFinite)).toBe(true)
        layer.dispose()
      }
    })
  })

  it('a dense layer of zeros, spectrally normalized, gives zeros and learns', () => {
    tidy(() => {
      const layer = dense({ units: 2, key: key(6), gain: 0, spectral: true })
      const y = layer.apply(ones([3, 4]), { training: true }) as Tensor
      expect([...y.dataSync()]).toEqual(Array(6).fill(0))
      const [kernel, , u] = layer.getWeights()
      expect(Math.hypot(...u!.dataSync())).toBeCloseTo(1, 5)
      expect(kernel!.shape).toEqual([4, 2])
      layer.setWeights([tensor([3, 0, 0, 0, 0, 0, 0, 1], [4, 2]), ...layer.getWeights().slice(1)])
      for (let i = 0; i < 50; i++) layer.apply(ones([3, 4]), { training: true })
      const normalized = layer.apply(tensor([[1, 0, 0, 0]])) as Tensor
      expect(normalized.dataSync()[0]).toBeCloseTo(1, 4)
      layer.dispose()
    })
  })
})
