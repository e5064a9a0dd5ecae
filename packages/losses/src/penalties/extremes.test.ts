/** Penalties and their gradients far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { key, normal, useBackend } from '@gen/backend'
import { mul, reshape, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Critic, draganPenalty, gradientPenalty, r1 } from '../index.ts'
import { evaluate, infinity } from '../testing/extremes.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  describe('penalties, where the critic’s slope is from 0 to 1e20', () => {
    const slopeOf = (penalty: ReturnType<typeof r1>, slope: number) =>
      tidy(() => {
        const batch = { real: normal(key(1), [4, 1]), fake: normal(key(2), [4, 1]) }
        const loss = (a: Tensor) => {
          const critic: Critic = (x) => reshape(mul(x, a), [-1])
          return penalty(critic, batch, key(3))
        }
        return evaluate(loss, tensor(slope))
      })

    it.each([0, 1e-20, 1e-3, 1, 1e4])('%d', (slope) => {
      expect(slopeOf(r1({ weight: 2 }), slope)).toBeAllClose([slope ** 2, 2 * slope], { rtol: 1e-5, atol: 1e-9 })
      // ε = 1e-12 under the root counts where the slope is below 1e-6, and nowhere else.
      const norm = Math.sqrt(slope * slope + 1e-12)
      for (const penalty of [gradientPenalty({ weight: 1 }), draganPenalty({ weight: 1 })]) {
        expect(slopeOf(penalty, slope)).toBeAllClose([(norm - 1) ** 2, (2 * (norm - 1) * slope) / norm], {
          rtol: 1e-4,
          atol: 1e-5,
        })
      }
    })

    it('0 costs ε = 1e-12 where 0 is the target, without a gradient', () => {
      const penalty = gradientPenalty({ weight: 1e12, target: 0 })
      expect(slopeOf(penalty, 0)).toBeAllClose([1, 0], { rtol: 1e-5 })
    })

    it('1e20 is ∞: its square is beyond float32', () => {
      for (const penalty of [r1(), gradientPenalty(), draganPenalty()]) expect(slopeOf(penalty, 1e20)[0]).toBe(infinity)
    })
  })
})
