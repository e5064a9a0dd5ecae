/** A step to less noise than is wanted, and fresh noise up to it. @module */
import { assertNumber } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Level, sigmaOf } from '../schedules/level.ts'
import type { Prediction, SamplerOptions } from './sampler.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/** Options of ancestral samplers. */
export interface AncestralOptions extends SamplerOptions {
  /** Share of the fresh noise: 0 for none, 1 for that of DDPM. @default 1 */
  eta?: number
}

/** Asserts η. */
export function assertEta(where: string, eta: number): void {
  assertNumber(where, 'eta', eta, { min: 0, max: 1 })
}

/** In σ: how far down a step goes, and how much fresh noise comes after; `down² + up² = σ′²`, `up = η σ′ √(1 − σ′²/σ²)`. */
export function ancestralStep(from: Level, to: Level, eta: number): { down: number; up: number } {
  const sigma = sigmaOf(to)
  const up = eta * sigma * Math.sqrt(1 - (sigma / sigmaOf(from)) ** 2)
  return { down: Math.sqrt(Math.max(0, sigma ** 2 - up ** 2)), up }
}

/** Euler's step down and the noise up. */
export function ancestralEuler(
  { clean, eps }: Prediction,
  from: Level,
  to: Level,
  eta: number,
  noise: () => Tensor,
): Tensor {
  if (to.noise === 0) return clean
  const { down, up } = ancestralStep(from, to, eta)
  return withNoise(weightedSum([to.signal, clean], [to.signal * down, eps]), to.signal * up, noise)
}
