/** Steps that are even in time. @module */
import { levelsAt, type Spacing, spacingOf } from './spacing.ts'

/**
 * Even in time, both ends included: `tᵢ = 1 − i / (steps − 1)`, then the clean end.
 *
 * @see Common diffusion noise schedules and sample steps are flawed (Lin et al., 2023), table 2, "linspace" https://arxiv.org/abs/2305.08891
 * @example
 * evenSpacing()(cosine(), 2)[1] // { signal: 0.95, noise: 0.31225 }
 */
export function evenSpacing(): Spacing {
  return spacingOf({ kind: 'even' }, (schedule, steps) =>
    levelsAt(
      schedule,
      Array.from({ length: steps }, (_, i) => (steps === 1 ? 1 : 1 - i / (steps - 1))),
    ),
  )
}
