/** Likelihoods and their gradients far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { useBackend } from '@gen/backend'
import { dispose, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bernoulliLikelihood,
  categoricalLikelihood,
  discretizedLogisticLikelihood,
  gaussianLikelihood,
  type Likelihood,
} from '../index.ts'
import { evaluate, far, infinity, logTwoPi, said, sigmoid, softplus } from '../testing/extremes.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  describe('likelihoods', () => {
    /** log p of one number and its gradients in the output's channels. */
    const at = (likelihood: Likelihood, x: number, output: number[]) =>
      tidy(() => {
        const data = tensor2d([[x]])
        return evaluate((o) => likelihood.logProb(data, o), tensor2d([output]))
      })

    it('Gaussian: any distance, with σ from 1e-20 to 1e20', () => {
      for (const sigma of [1e-20, 0.3, 1e20]) {
        for (const x of far) {
          for (const mu of [0, 1e4, -1e20]) {
            const gap = Math.fround(Math.fround(x) - Math.fround(mu))
            const z = gap / Math.fround(sigma)
            const expected = [-0.5 * z * z - Math.log(sigma) - 0.5 * logTwoPi, z / sigma]
            expect(at(gaussianLikelihood({ deviation: sigma }), x, [mu]), `${sigma} ${x} ${mu}`).toBeAllClose(
              said(expected),
              {
                rtol: 1e-5,
              },
            )
          }
        }
      }
      expect(at(gaussianLikelihood(), infinity, [0])[0]).toBe(-infinity)
      expect(at(gaussianLikelihood(), Number.NaN, [0])[0]).toBeNaN()
      expect(() => gaussianLikelihood({ deviation: 1e-40 })).toThrow('losses.gaussian: expected deviation a number ≥')
      expect(() => gaussianLikelihood({ deviation: 1e39 })).toThrow('losses.gaussian: expected deviation a number ≥')
    })

    it('Gaussian with a σ per pixel: raw ±100 and beyond', () => {
      for (const raw of [-1e20, -100, -3, 0, 3, 80]) {
        // z² beyond float32, beside a slope σ(raw) of nearly 0, would be ∞ or NaN: the value is −∞ there.
        for (const gap of [0, 1e-3, -1, 1e6, ...(raw < -20 ? [] : [1e15])]) {
          const floor = Math.log(1e-3)
          const logSigma = floor + softplus(raw - floor)
          const z = gap * Math.exp(-logSigma)
          const slope = sigmoid(raw - floor)
          const expected = [-0.5 * z * z - logSigma - 0.5 * logTwoPi, z * Math.exp(-logSigma), (z * z - 1) * slope]
          const found = at(gaussianLikelihood({ deviation: 'perPixel' }), gap, [0, raw])
          expect(found, `${raw} ${gap}`).toBeAllClose(said(expected), { rtol: 1e-4, atol: 1e-5 })
        }
      }
    })

    it('Gaussian with a computed σ stays at its floor where the error is 0', () => {
      for (const smallest of [1e-3, 1e-25]) {
        const likelihood = gaussianLikelihood({ deviation: 'computed', smoothing: 0, smallest })
        const found = tidy(() => {
          const x = tensor2d([[0.25]])
          return likelihood.logProb(x, x, { training: true }).dataSync()
        })
        expect(found).toBeAllClose([-Math.log(smallest) - 0.5 * logTwoPi], { rtol: 1e-6 })
        dispose(likelihood.state!())
      }
    })

    it('Bernoulli: logits to 1e20', () => {
      for (const x of [0, 0.25, 1]) {
        for (const logit of far) {
          const expected = [-x * softplus(-logit) - (1 - x) * softplus(logit), x - sigmoid(logit)]
          expect(at(bernoulliLikelihood(), x, [logit]), `${x} ${logit}`).toBeAllClose(said(expected), {
            rtol: 1e-6,
            atol: 1e-6,
          })
        }
      }
    })

    it('categorical: logits to 1e20, levels that cannot be, data that are no level', () => {
      const likelihood = categoricalLikelihood({ levels: 3 })
      for (const logits of [
        [0, 1e20, -1e20],
        [-1e20, -1e20, 5],
        [1e4, -3, 1e4],
        [0.5, -infinity, 2],
      ]) {
        const largest = Math.max(...logits)
        const total = logits.reduce((sum_, l) => sum_ + Math.exp(l - largest), 0)
        logits.forEach((logit, level) => {
          const [value, ...slopes] = at(likelihood, level / 2, logits)
          expect([value!], `${logits} ${level}`).toBeAllClose(said([logit - largest - Math.log(total)]), { rtol: 1e-6 })
          if (logit === -infinity) return
          const expected = logits.map((l, i) => (i === level ? 1 : 0) - Math.exp(l - largest) / total)
          expect(slopes, `${logits} ${level}`).toBeAllClose(expected, { atol: 1e-6 })
        })
      }
      expect([-0.5, 1.5, 1e20, infinity].map((x) => at(likelihood, x, [0, 1, 2])[0])).toEqual(
        new Array(4).fill(-infinity),
      )
      expect(at(likelihood, Number.NaN, [0, 1, 2])[0]).toBeNaN()
    })

    it('discretized logistic: locations to 1e20, scales as clipped', () => {
      const width = 1 / 255
      for (const level of [0, 100, 255]) {
        for (const location of [-1e20, -1e4, -1, 0.4, 2, 1e6, 1e20]) {
          for (const raw of [-1e20, -100, -3, 2, 100, 1e20]) {
            const scale = Math.exp(Math.min(7, Math.max(-7, raw)))
            const x = Math.fround(level / 255)
            const [a, b] = [(x - location + width / 2) / scale, (x - location - width / 2) / scale]
            // log (σ(a) − σ(b)) in the tail's own terms.
            const inside = -softplus(-a) - softplus(b) + Math.log(-Math.expm1(-width / scale))
            const expected = level === 0 ? -softplus(-a) : level === 255 ? -softplus(b) : inside
            const [value, ...slopes] = at(discretizedLogisticLikelihood(), x, [location, raw])
            expect([value!], `${level} ${location} ${raw}`).toBeAllClose(said([expected]), { rtol: 3e-4, atol: 1e-6 })
            expect(slopes.every(Number.isFinite)).toBe(true)
            if (raw < -7 || raw > 7) expect(slopes[1]).toBe(0)
          }
        }
      }
      expect([infinity, -infinity].map((x) => at(discretizedLogisticLikelihood(), x, [0, 0])[0])).toEqual([
        -infinity,
        -infinity,
      ])
      expect(at(discretizedLogisticLikelihood(), Number.NaN, [0, 0])[0]).toBeNaN()
    })

    it('NaN in the output is NaN in the value', () => {
      for (const likelihood of [
        bernoulliLikelihood(),
        gaussianLikelihood(),
        categoricalLikelihood({ levels: 2 }),
        discretizedLogisticLikelihood(),
      ]) {
        expect(at(likelihood, 1, new Array(likelihood.channels).fill(Number.NaN))[0]).toBeNaN()
      }
    })
  })
})
