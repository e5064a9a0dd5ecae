/** Averages over a run in which time counts by a power of itself. @module */
import { assertNumber } from '@gen/backend'

/** Refuses what is no width of a power-function average. */
export function assertWidth(where: string, name: string, width: number): void {
  assertNumber(where, name, width, { exclusiveMin: 0, max: 0.28 })
}

/** The standard deviation of the density `(γ + 1) τ^γ` on [0, 1]. */
const widthOf = (power: number) => Math.sqrt((power + 1) / (power + 3)) / (power + 2)

/**
 * The power γ of a width: what has that standard deviation, by bisection, for wider averages have smaller powers.
 *
 * @see Analyzing and improving the training dynamics of diffusion models (Karras et al., 2023), appendix C.2 https://arxiv.org/abs/2312.02696
 */
export function powerOf(width: number): number {
  let [low, high] = [0, 1 / width]
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (widthOf(middle) > width) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** A power-function average: until when, and how wide. */
export interface PowerAverage {
  /** Steps of the run that it is over. */
  readonly step: number
  /** Standard deviation of what counts, as a share of those steps. */
  readonly width: number
}

/** The inner product of the densities of two averages over time. */
export function overlap(a: PowerAverage, b: PowerAverage): number {
  const [early, late] = a.step <= b.step ? [a, b] : [b, a]
  const [first, second] = [powerOf(early.width), powerOf(late.width)]
  const share = (early.step / late.step) ** second / late.step
  return (((first + 1) * (second + 1)) / (first + second + 1)) * share
}
