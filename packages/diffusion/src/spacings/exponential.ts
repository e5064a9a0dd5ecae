/** Steps that are even in log σ. @module */
import { assertNumber } from '@gen/backend'
import { assertSigmas, levelsOfSigmas, type SigmaRange } from './sigmas.ts'
import { type Spacing, spacingOf } from './spacing.ts'

/** Options of {@link exponentialSpacing}. */
export interface ExponentialSpacingOptions extends SigmaRange {
  /** 1 is even in log σ, more puts more of the steps where there is little noise. @default 1 */
  rho?: number
}

/**
 * Even in log σ, which is even in the logarithm of the signal-to-noise ratio, `−2 log σ`:
 * `log σᵢ = log σmin + (1 − i / (steps − 1))^ρ · (log σmax − log σmin)`, then the clean end.
 *
 * @throws GenError `range` for ρ not above 0, or a range of σ that is none.
 * @see DPM-Solver (Lu et al., 2022), section 3.4, for log-SNR https://arxiv.org/abs/2206.00927
 * @example
 * const images = await model.sample({ count: 4, sampler: dpmSolver2M({ spacing: exponentialSpacing() }), key: key(0) })
 */
export function exponentialSpacing({ rho = 1, ...range }: ExponentialSpacingOptions = {}): Spacing {
  const where = 'diffusion.exponentialSpacing'
  assertNumber(where, 'rho', rho, { exclusiveMin: 0, max: 100 })
  assertSigmas(where, range)
  return spacingOf({ kind: 'exponential', rho, ...range }, (schedule, steps) =>
    levelsOfSigmas(schedule, steps, range, (place, least, most) =>
      Math.exp(Math.log(least) + (1 - place) ** rho * Math.log(most / least)),
    ),
  )
}
