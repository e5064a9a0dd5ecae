/** What a comparison of two spaces finds. @module */
import type { LinearMap } from '../maps/linear-map.ts'
import type { ImageErrors } from './image-errors.ts'
import type { LatentErrors } from './latent-errors.ts'
import type { ProbeAgreement } from './probe-agreement.ts'
import type { SupportCurvePoint } from './support-curve.ts'

/** What `compareSpaces` finds. */
export interface Comparison {
  readonly names: readonly [string, string]
  readonly points: { readonly support: number; readonly test: number }
  readonly map: LinearMap
  /** L: mapped codes against true ones, on the test images. */
  readonly latent: LatentErrors
  readonly images: ImageErrors
  /** Of the codes as they are, without the map. */
  readonly similarity: {
    readonly cka: number
    /** `null` where the test images are no more than the directions kept in both spaces. */
    readonly svcca: number | null
    readonly distanceCorrelation: number
    readonly mutualNeighbors: number
  }
  readonly probes: Readonly<Record<string, ProbeAgreement>>
  /** 1 − R² on the test images against the size of the support set. */
  readonly curve: readonly SupportCurvePoint[]
  /** PNG with a column per test image: the image, through A, through A → B, through B; none for data that are no images. */
  readonly picture: Uint8Array | null
  /** What the reader of the numbers should know, in words; the map's own are in `map.warnings`. */
  readonly warnings: readonly string[]
  /** All of this in words and tables, as Markdown. */
  readonly report: string
}
