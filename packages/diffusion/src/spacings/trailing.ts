/** Steps of equal length that begin at the noise end. @module */
import { levelsAt, type Spacing, spacingOf } from './spacing.ts'

/**
 * Even in time, from the noise end on: `tᵢ = 1 − i / steps`, then the clean end. All steps are equally long, the last one too.
 *
 * @see Common diffusion noise schedules and sample steps are flawed (Lin et al., 2023), table 2 https://arxiv.org/abs/2305.08891
 * @example
 * trailingSpacing()(cosine(), 1)[0] // { signal: 0.02, noise: 0.9998 }
 */
export function trailingSpacing(): Spacing {
  return spacingOf({ kind: 'trailing' }, (schedule, steps) =>
    levelsAt(
      schedule,
      Array.from({ length: steps }, (_, i) => 1 - i / steps),
    ),
  )
}
