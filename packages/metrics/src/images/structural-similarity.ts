/** The local statistics behind SSIM and MS-SSIM. @module */

/** Constants of the structural similarity index. */
export interface SimilarityConstants {
  /** Gaussian weights, odd in number, summing to 1. */
  readonly taps: Float64Array
  /** A number in the values' middle: what variances are computed around. */
  readonly center: number
  /** (K₁·R)², which steadies the luminance term. */
  readonly c1: number
  /** (K₂·R)², which steadies the contrast and structure term. */
  readonly c2: number
}

/** One scale of one channel. */
export interface Plane {
  readonly values: Float64Array
  readonly height: number
  readonly width: number
}

/**
 * Mean of the structural similarity and of its contrast–structure factor over the places where the window fits in
 * whole: `(2μₓμᵧ + c₁)/(μₓ² + μᵧ² + c₁) · (2σₓᵧ + c₂)/(σₓ² + σᵧ² + c₂)`.
 */
export function similarity(
  x: Plane,
  y: Plane,
  { taps, center, c1, c2 }: SimilarityConstants,
): { full: number; contrast: number } {
  // The mean of the squares minus the square of the mean loses digits with the distance from 0.
  const centered = (a: Plane) => ({ ...a, values: a.values.map((value) => value - center) })
  const product = (a: Plane, b: Plane) => ({ ...a, values: a.values.map((value, i) => value * b.values[i]!) })
  const [u, v] = [centered(x), centered(y)]
  const [mx, my, xx, yy, xy] = [u, v, product(u, u), product(v, v), product(u, v)].map((plane) => blur(plane, taps))
  let full = 0
  let contrast = 0
  for (let i = 0; i < mx!.length; i++) {
    const [a, b] = [mx![i]!, my![i]!]
    const ratio = (2 * (xy![i]! - a * b) + c2) / (xx![i]! - a * a + (yy![i]! - b * b) + c2)
    contrast += ratio
    // (2μₓμᵧ + c₁)/(μₓ² + μᵧ² + c₁), as what it is less than 1.
    full += ratio * (1 - (a - b) ** 2 / ((a + center) ** 2 + (b + center) ** 2 + c1))
  }
  return { full: full / mx!.length, contrast: contrast / mx!.length }
}

/** Halves a plane by means of 2 × 2; an odd last row or column is left out. */
export function halve({ values, height, width }: Plane): Plane {
  const [rows, columns] = [height >> 1, width >> 1]
  const half = Float64Array.from({ length: rows * columns }, (_, at) => {
    const corner = 2 * Math.floor(at / columns) * width + 2 * (at % columns)
    return (values[corner]! + values[corner + 1]! + values[corner + width]! + values[corner + width + 1]!) / 4
  })
  return { values: half, height: rows, width: columns }
}

/** Weighted means under the window, along rows, then columns, only where it fits. */
function blur({ values, height, width }: Plane, taps: Float64Array): Float64Array {
  const columns = width - taps.length + 1
  const along = new Float64Array(height * columns)
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < taps.length; k++) sum += taps[k]! * values[i * width + j + k]!
      along[i * columns + j] = sum
    }
  }
  const out = new Float64Array((height - taps.length + 1) * columns)
  for (let at = 0; at < out.length; at++) {
    let sum = 0
    for (let k = 0; k < taps.length; k++) sum += taps[k]! * along[at + k * columns]!
    out[at] = sum
  }
  return out
}
