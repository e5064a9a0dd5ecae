/** Resampling along one axis, as a matrix. @module */

/** How one axis of one image is resampled: about its middle. */
export interface AxisChange {
  readonly flip: boolean
  /** Factor by which the content grows. */
  readonly scale: number
  /** Shift of the content, in pixels. */
  readonly shift: number
}

/**
 * Writes the `size × size` matrix that takes pixel values to those of the changed axis: output pixel i reads at
 * `((i − m) − shift)/scale + m`, mirrored for a flip, m the middle, linearly between pixels, and mirrored at the border pixels.
 */
export function writeAxisMap(matrix: Float32Array, size: number, { flip, scale, shift }: AxisChange): void {
  const middle = (size - 1) / 2
  for (let i = 0; i < size; i++) {
    const offset = (i - middle - shift) / scale
    const place = reflected(middle + (flip ? -offset : offset), size)
    const low = Math.min(Math.floor(place), Math.max(0, size - 2))
    const share = place - low
    matrix[i * size + low]! += 1 - share
    if (share > 0) matrix[i * size + low + 1]! += share
  }
}

/** The place within [0, size − 1] that one outside mirrors to. */
function reflected(place: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const within = ((place % period) + period) % period
  return Math.min(within, period - within)
}
