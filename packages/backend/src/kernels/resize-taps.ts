/** Which pixels of an image go into each pixel of a resized one, along one axis. @module */

/** Where tfjs takes pixels from. */
export interface ResizeOptions {
  alignCorners: boolean
  halfPixelCenters: boolean
}

/** Pixel i of the result is `(1 − weight[i])·x[low[i]] + weight[i]·x[high[i]]`. */
export interface Taps {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly weight: Float32Array
}

/** From one axis's extent to another. */
export type TapsOf = (from: number, to: number, options: ResizeOptions) => Taps

function ratio(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
}

/** Linear interpolation between the two nearest pixels. */
export function bilinearTaps(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeOptions): Taps {
  const scale = ratio(from, to, alignCorners)
  const places = Float64Array.from({ length: to }, (_, i) => (halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i))
  const low = Int32Array.from(places, (place) => Math.max(0, Math.floor(place)))
  const high = Int32Array.from(places, (place) => Math.min(from - 1, Math.ceil(place)))
  // Before the first pixel and after the last both taps are that pixel, whatever the weight.
  return { low, high, weight: Float32Array.from(places, (place, i) => (high[i] === low[i] ? 0 : place - low[i]!)) }
}

/** The nearest pixel. */
export function nearestTaps(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeOptions): Taps {
  const scale = ratio(from, to, alignCorners)
  const low = Int32Array.from({ length: to }, (_, i) => {
    const place = halfPixelCenters ? scale * (i + 0.5) : scale * i
    return Math.max(0, Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place)))
  })
  return { low, high: low, weight: new Float32Array(to) }
}
