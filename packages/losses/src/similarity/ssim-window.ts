/** What SSIM as a loss (here) and as a measure (`@gen/metrics`) have in common: the window and the exponents. @module */

/**
 * The Gaussian window of Wang et al.: weights `exp(−t²/2σ²)`, scaled to sum to 1.
 *
 * @param size - Number of weights, odd.
 * @param sigma - Standard deviation in pixels.
 * @see Image quality assessment: from error visibility to structural similarity (Wang et al., 2004)
 * https://doi.org/10.1109/TIP.2003.819861
 * @example
 * ssimWindow(3, 1)[1] // 0.4519
 */
export function ssimWindow(size: number, sigma: number): Float64Array {
  const taps = Float64Array.from({ length: size }, (_, i) =>
    Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma * sigma)),
  )
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => tap / sum)
}

/** The exponents of Wang et al., finest scale first. */
const usual: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

/**
 * The exponents of multi-scale SSIM, finest scale first: the paper's five, or as many as fit the image's shorter side, scaled
 * to sum to 1.
 *
 * @see Multiscale structural similarity for image quality assessment (Wang et al., 2003)
 * https://doi.org/10.1109/ACSSC.2003.1292216
 * @example
 * msSsimExponents(176, 11) // [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
 */
export function msSsimExponents(side: number, window: number): readonly number[] {
  const fits = usual.filter((_, scale) => side >> scale >= window)
  if (fits.length === usual.length) return usual
  const sum = fits.reduce((total, weight) => total + weight, 0)
  return fits.map((weight) => weight / sum)
}
