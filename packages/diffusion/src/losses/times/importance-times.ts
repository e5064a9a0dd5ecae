/** Times drawn where the loss is large. @module */
import { assertNumber, refusal, uniformArray } from '@gen/backend'
import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'
import type { TimeSampling } from './time-sampling.ts'

/** Options of {@link importanceTimes}. */
export interface ImportanceTimesOptions {
  /** How often times in each of as many equal parts of [0, 1) are drawn, up to a factor: as `lossProfile` measures it. */
  profile: readonly number[]
}

/**
 * Times with a density that is constant on equal parts of [0, 1) and in proportion to `profile` there; each row's loss is divided by the density, so its mean stays that of
 * {@link uniformTimes}, with less variance where the profile is the loss's root mean square. The table is fixed, so a resumed training draws the same times; measure again
 * and make another model for the next phase.
 *
 * @throws GenError `value` for other than 2 to 10 000 numbers, `range` for one outside (0, 10³⁰] or below a thousandth of the largest.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021), eq. 18 https://arxiv.org/abs/2102.09672
 * @example
 * const times = importanceTimes({ profile: [3, 1, 1, 2] })
 */
export function importanceTimes({ profile }: ImportanceTimesOptions): TimeSampling {
  assertProfile(profile)
  const bins = profile.length
  const sum = profile.reduce((total, value) => total + value, 0)
  const shares = profile.map((value) => value / sum)
  const starts = startsOf(shares)
  return {
    config: { kind: 'importance', profile: [...profile] },
    draw(k, rows, schedule) {
      const [times, weights] = [new Float32Array(rows), new Float32Array(rows)]
      uniformArray(k, rows, 1).forEach((u, row) => {
        const bin = starts.findLastIndex((start) => start <= u)
        const within = Math.min((u - starts[bin]!) / shares[bin]!, 1 - 2 ** -24)
        times[row] = (bin + within) / bins
        weights[row] = 1 / (bins * shares[bin]!)
      })
      return { alpha: schedule.alpha(tensor1d(times)) as Tensor1D, weight: tensor1d(weights) }
    },
  }
}

/** Where each share begins in [0, 1). */
function startsOf(shares: readonly number[]): number[] {
  let end = 0
  return shares.map((share) => {
    const start = end
    end += share
    return start
  })
}

function assertProfile(profile: readonly number[]): void {
  const where = 'diffusion.importanceTimes'
  if (!Array.isArray(profile) || profile.length < 2 || profile.length > 10_000) {
    const got = Array.isArray(profile) ? `${profile.length} numbers` : JSON.stringify(profile)
    throw refusal('value', where, { expected: 'profile a list of 2 to 10 000 numbers', got })
  }
  const largest = Math.max(...profile)
  // A part that is hardly ever drawn would have rows that outweigh all others.
  for (const value of profile)
    assertNumber(where, 'profile', value, { exclusiveMin: 0, min: largest / 1000, max: 1e30 })
}
