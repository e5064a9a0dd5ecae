/** Objectives and their gradients far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { useBackend } from '@gen/backend'
import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { hinge, leastSquares, minimax, nonSaturating, relativistic, wasserstein } from '../index.ts'
import { evaluate, far, said, sigmoid, softplus } from '../testing/extremes.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  describe('objectives, with logits from 1e-20 to 1e20', () => {
    const cases: [
      name: string,
      real: (r: number) => number,
      fake: (f: number) => number,
      made: (f: number) => number,
    ][] = [
      ['minimax', (r) => softplus(-r), softplus, (f) => -softplus(f)],
      ['nonSaturating', (r) => softplus(-r), softplus, (f) => softplus(-f)],
      ['leastSquares', (r) => 0.5 * (r - 1) ** 2, (f) => 0.5 * f * f, (f) => 0.5 * (f - 1) ** 2],
      ['hinge', (r) => Math.max(0, 1 - r), (f) => Math.max(0, 1 + f), (f) => -f],
      ['wasserstein', (r) => -r, (f) => f, (f) => -f],
    ]
    const objectives = [minimax(), nonSaturating(), leastSquares(), hinge(), wasserstein()]

    it.each(cases)('%s', (name, real, fake, made) => {
      const { discriminator, generator } = objectives.find((each) => each.name === name)!
      for (const r of far) {
        for (const f of far) {
          const [value, slopeR, slopeF] = evaluate(
            (a, b) => discriminator(a as Tensor1D, b as Tensor1D),
            tensor1d([r]),
            tensor1d([f]),
          )
          expect([value!], `${r} ${f}`).toBeAllClose(said([real(r) + fake(f)]), { rtol: 1e-6 })
          expect(Number.isFinite(slopeR) && Number.isFinite(slopeF)).toBe(true)
        }
        const zero = tensor1d([0])
        const [value, slope] = evaluate((a) => generator(a as Tensor1D, zero), tensor1d([r]))
        zero.dispose()
        expect([value!], `${r}`).toBeAllClose(said([made(r)]), { rtol: 1e-6 })
        expect(Number.isFinite(slope)).toBe(true)
      }
    })

    it('relativistic', () => {
      for (const r of far) {
        for (const f of far) {
          const found = evaluate(
            (a, b) => relativistic().discriminator(a as Tensor1D, b as Tensor1D),
            tensor1d([r]),
            tensor1d([f]),
          )
          const slope = sigmoid(f - r)
          expect(found, `${r} ${f}`).toBeAllClose(said([softplus(f - r), -slope, slope]), { rtol: 1e-5, atol: 1e-6 })
        }
      }
    })
  })
})
