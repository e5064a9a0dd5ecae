/** Linear maps of one axis of an image: which pixels, with which weights, go into each pixel of the result. @module */

/** One pixel of the source and its weight. */
export interface Tap {
  readonly index: number
  readonly weight: number
}

/** For each pixel of the result, its taps. */
export type AxisMap = readonly (readonly Tap[])[]

/** Where tfjs takes pixels from. */
export interface ResizeOptions {
  alignCorners: boolean
  halfPixelCenters: boolean
}

function ratio(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
}

function mapOf(count: number, taps: (i: number) => Tap[]): AxisMap {
  return Array.from({ length: count }, (_, i) => taps(i))
}

/** Linear interpolation between the two nearest pixels, as tfjs-backend-cpu places them. */
export function bilinear(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeOptions): AxisMap {
  const scale = ratio(from, to, alignCorners)
  return mapOf(to, (i) => {
    const place = halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i
    const low = Math.max(0, Math.floor(place))
    const weight = place - low
    const high = Math.min(from - 1, Math.ceil(place))
    if (weight === 0 || high === low) return [{ index: low, weight: 1 }]
    return [
      { index: low, weight: 1 - weight },
      { index: high, weight },
    ]
  })
}

/** The nearest pixel, as tfjs-backend-cpu rounds. */
export function nearest(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeOptions): AxisMap {
  const scale = ratio(from, to, alignCorners)
  return mapOf(to, (i) => {
    const place = halfPixelCenters ? scale * (i + 0.5) : scale * i
    return [{ index: Math.max(0, Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place))), weight: 1 }]
  })
}

/** Means of windows, over the pixels that exist. */
export function averages(from: number, to: number, window: number, stride: number, before: number): AxisMap {
  return mapOf(to, (i) => {
    const first = Math.max(0, i * stride - before)
    const end = Math.min(from, i * stride - before + window)
    const count = Math.max(0, end - first)
    return Array.from({ length: count }, (_, k) => ({ index: first + k, weight: 1 / count }))
  })
}

/** The transposed map, from the pixels of the result to `size` pixels of the source. */
export function transposeMap(map: AxisMap, size: number): AxisMap {
  const transposed: Tap[][] = Array.from({ length: size }, () => [])
  for (const [i, taps] of map.entries()) {
    for (const { index, weight } of taps) transposed[index]!.push({ index: i, weight })
  }
  return transposed
}

const floatWord = new Float32Array(1)
const intWord = new Int32Array(floatWord.buffer)

/** A map as words for `assembly/resample.ts`: where each pixel's taps begin, then the taps. */
export function tableOf(map: AxisMap): Int32Array {
  const count = map.reduce((total, taps) => total + taps.length, 0)
  const table = new Int32Array(map.length + 1 + 2 * count)
  let entry = 0
  for (const [i, taps] of map.entries()) {
    table[i] = entry
    for (const { index, weight } of taps) {
      floatWord[0] = weight
      table[map.length + 1 + 2 * entry] = index
      table[map.length + 2 + 2 * entry] = intWord[0]!
      entry++
    }
  }
  table[map.length] = entry
  return table
}
