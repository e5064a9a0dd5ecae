/** How much answers differ, how sharp they are, and how far from what is given. @module */
import { few, pixels } from './view.ts'

const size = 3 * pixels ** 2
/** Shares of red, green and blue in the brightness, as `gray` of `@gen/data` has them. */
const shares = [0.299, 0.587, 0.114]

/** A face, what is missing of it, and the mean answer. */
export interface Asked {
  /** `[32, 32, 3]`. */
  readonly face: Float32Array<ArrayBuffer>
  /** 1 for each pixel whose colors are missing, and for each whose brightness is, too. */
  readonly missing: { readonly colors: Float32Array; readonly brightness: Float32Array }
  readonly average: Float32Array<ArrayBuffer>
}

/** All that is measured of six pictures: how far apart they are where something is missing, and how far off where nothing is. */
export function measured({ face, missing, average }: Asked, guesses: Float32Array): Readonly<Record<string, number>> {
  const six = Array.from({ length: few }, (_, i) => guesses.subarray(i * size, (i + 1) * size))
  const pairs = six.flatMap((one, i) => six.slice(i + 1).map((other) => distance(one, other, missing.colors)))
  return {
    missing: meanOf([...missing.colors]),
    apart: meanOf(pairs),
    away: meanOf(six.map((one) => distance(one, average, missing.colors))),
    off: Math.max(...six.map((one) => offGiven(one, face, missing))),
    ...lively(face, average, six, missing),
  }
}

/** What squared errors wear off, as shares of what the face has: edges, or where the brightness is given colors. */
function lively(
  face: Float32Array,
  average: Float32Array,
  six: readonly Float32Array[],
  { colors, brightness }: Asked['missing'],
): Readonly<Record<string, number>> {
  const blurs = brightness.some((value) => value === 1)
  const measure = (image: Float32Array) => (blurs ? edges : chroma)(image, colors)
  const real = measure(face)
  if (real === 0) return {}
  const [one, many] = [measure(average) / real, meanOf(six.map(measure)) / real]
  return blurs ? { edgesOfAverage: one, edgesOfSix: many } : { colorOfAverage: one, colorOfSix: many }
}

/** Root of the mean square of the differences, in the pixels that count. */
function distance(a: Float32Array, b: Float32Array, counts: Float32Array): number {
  let [sum, count] = [0, 0]
  for (const [at, value] of a.entries()) {
    const weight = counts[Math.floor(at / 3)]!
    sum += weight * (value - b[at]!) ** 2
    count += weight
  }
  return count > 0 ? Math.sqrt(sum / count) : 0
}

/** The largest difference from the face in what is given of it: colors, or brightness. */
function offGiven(image: Float32Array, face: Float32Array, missing: Asked['missing']): number {
  let largest = 0
  for (let at = 0; at < pixels ** 2; at++) {
    const differences = shares.map((_, channel) => image[3 * at + channel]! - face[3 * at + channel]!)
    const inBrightness = differences.reduce((sum, value, channel) => sum + shares[channel]! * value, 0)
    if (missing.colors[at] === 0) largest = Math.max(largest, ...differences.map(Math.abs))
    else if (missing.brightness[at] === 0) largest = Math.max(largest, Math.abs(inBrightness))
  }
  return largest
}

/** Mean difference of neighbors, in the pixels that count. */
function edges(image: Float32Array, counts: Float32Array): number {
  let [sum, count] = [0, 0]
  for (let at = 0; at < pixels ** 2; at++) {
    const inner = at % pixels < pixels - 1 && at < pixels * (pixels - 1)
    if (!inner || counts[at] === 0) continue
    count++
    for (let channel = 0; channel < 3; channel++) {
      const [own, right, below] = [at, at + 1, at + pixels].map((pixel) => image[3 * pixel + channel]!)
      sum += Math.abs(own! - right!) + Math.abs(own! - below!)
    }
  }
  return count > 0 ? sum / count : 0
}

/** Mean difference of a color from the gray of its brightness, in the pixels that count. */
function chroma(image: Float32Array, counts: Float32Array): number {
  let [sum, count] = [0, 0]
  for (let at = 0; at < pixels ** 2; at++) {
    if (counts[at] === 0) continue
    count++
    const gray = shares.reduce((total, share, channel) => total + share * image[3 * at + channel]!, 0)
    for (let channel = 0; channel < 3; channel++) sum += Math.abs(image[3 * at + channel]! - gray)
  }
  return count > 0 ? sum / count : 0
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
