/** Steps of equal length that leave out the noise end. @module */
import { levelsAt, type Spacing, spacingOf } from './spacing.ts'

/**
 * Even in time, without the noise end: `tᵢ = 1 − (i + 1) / steps`, then the clean end. What DDPM and DDIM were published
 * with; it never sees the noisiest level, so prefer {@link trailingSpacing}.
 *
 * @see Common diffusion noise schedules and sample steps are flawed (Lin et al., 2023), table 2 https://arxiv.org/abs/2305.08891
 * @example
 * leadingSpacing()(cosine(), 1)[0] // { signal: 0.95, noise: 0.31225 }
 */
export function leadingSpacing(): Spacing {
  return spacingOf({ kind: 'leading' }, (schedule, steps) =>
    levelsAt(
      schedule,
      Array.from({ length: steps }, (_, i) => 1 - (i + 1) / steps),
    ),
  )
}
