/** The estimate of the error, which decides the steps: exact where the formulae of both orders are. */
import { useBackend } from '@gen/backend'
import { fill, scalar, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { integrate } from './dopri5.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const tolerances = { relativeTolerance: 1e-3, absoluteTolerance: 1e-3 }

it.each([0, 1, 2, 3])('of t to the power %i is 0, and steps grow five times each', (power) => {
  let evaluations = 0
  const end = tidy(() => {
    const slope = (t: number) => {
      evaluations++
      return fill([], (power + 1) * t ** power)
    }
    return integrate(slope, scalar(0), 0, 1, tolerances).dataSync()[0]
  })
  expect(end).toBeCloseTo(1, 5)
  // One slope at the start and six a step: of 1/8, 5/8 and what is left.
  expect(evaluations).toBe(1 + 6 * 3)
})

it('of the exponential is what is left between the orders: the step shrinks until it is small', () => {
  const end = tidy(() => integrate((_, x) => x.clone(), scalar(1), 0, 3).dataSync()[0]!)
  expect(Math.abs(end / Math.exp(3) - 1)).toBeLessThan(1e-5)
})
