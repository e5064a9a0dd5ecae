/** Steps that shorten towards the data. @module */
import { assertNumber } from '@gen/backend'
import { assertSigmas, levelsOfSigmas, type SigmaRange } from './sigmas.ts'
import { type Spacing, spacingOf } from './spacing.ts'

/** Options of {@link karrasSpacing}. */
export interface KarrasSpacingOptions extends SigmaRange {
  /** 1 is even in σ, more puts more of the steps where there is little noise. @default 7 */
  rho?: number
}

/**
 * Even in `σ^(1/ρ)`: `σᵢ = (σmax^(1/ρ) + i / (steps − 1) · (σmin^(1/ρ) − σmax^(1/ρ)))^ρ`, then the clean end.
 *
 * @throws GenError `range` for ρ not above 0, or a range of σ that is none.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), eq. 5 https://arxiv.org/abs/2206.00364
 * @example
 * const images = await model.sample({ count: 4, sampler: heun({ steps: 18, spacing: karrasSpacing() }), key: key(0) })
 */
export function karrasSpacing({ rho = 7, ...range }: KarrasSpacingOptions = {}): Spacing {
  const where = 'diffusion.karrasSpacing'
  assertNumber(where, 'rho', rho, { exclusiveMin: 0, max: 100 })
  assertSigmas(where, range)
  return spacingOf({ kind: 'karras', rho, ...range }, (schedule, steps) =>
    levelsOfSigmas(schedule, steps, range, (place, least, most) => {
      const root = (sigma: number) => sigma ** (1 / rho)
      return (root(most) + place * (root(least) - root(most))) ** rho
    }),
  )
}
