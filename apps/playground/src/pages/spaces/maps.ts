/** Maps from the first points of a support set, and how far off they are. @module */
import type { Key } from '@gen/backend'
import { choosePoints, fitLinearMap, latentErrors, mapCodes } from '@gen/latent-tools'
import { type BothSpaces, picked, type Rows } from './codes.ts'
import type { SpacesSettings } from './settings.ts'
import { readPins } from './view.ts'

/** Points that rules put in order. */
const most = 512

/** A map, and what it makes of the test faces. */
export interface FittedMap {
  /** The support set: numbers of faces, in order. */
  readonly support: readonly number[]
  /** Matrix and bias. */
  readonly weights: Float32Array<ArrayBuffer>
  /** The test faces in the second space, by the map. */
  readonly there: Rows
  /** Share of the codes' variance that the map explains. */
  readonly r2: number
  /** The same of the nearest face of the support set. */
  readonly nearestR2: number
  /** For each test face the nearest one of the support set, or none. */
  readonly neighbors: readonly number[]
}

/** Mean squared errors of a pixel of the test faces. */
export interface ImageErrors {
  /** Through the map, by the second model's own encoder, and of the nearest support face. */
  readonly mapped: number
  readonly target: number
  readonly nearest: number
  /** Of the mean of all faces, which is what is known of none. */
  readonly meanImage: number
}

/** Errors in pictures, which take decoding. */
export function imageErrors({ points, test, decode }: BothSpaces): (map: FittedMap) => ImageErrors {
  const target = errorOf(decode(test.b), test.images)
  const meanImage = errorOf(repeated(meanOf(points.images), test.images.rows), test.images)
  return ({ support, there, neighbors }) => ({
    mapped: errorOf(decode(there), test.images),
    nearest: support.length > 0 ? errorOf(picked(points.images, neighbors), test.images) : meanImage,
    ...{ target, meanImage },
  })
}

/** Maps by their settings and the number of points; the last is kept. */
export function fittedMaps(spaces: BothSpaces, k: Key): { at(settings: SpacesSettings, step: number): FittedMap } {
  const { points, test } = spaces
  const orderOf = remembered(({ rule, pins }: Pick<SpacesSettings, 'rule' | 'pins'>): readonly number[] => {
    const pinned = readPins(pins)
    if (rule === 'hand') return pinned
    const chosen = choosePoints(points.a, { size: Math.min(points.a.rows, most + pinned.length), method: rule, key: k })
    return [...pinned, ...[...chosen].filter((point) => !pinned.includes(point))]
  })
  const fitted = remembered(({ count, ...settings }: SpacesSettings & { count: number }): FittedMap => {
    const support = orderOf({ rule: settings.rule, pins: settings.pins }).slice(0, count)
    const { weights, there } = mapOf(spaces, support, settings)
    const neighbors = nearestOf(test.a, points.a, support)
    const near = support.length > 0 ? picked(points.b, neighbors) : there
    return {
      ...{ support, weights, there, neighbors },
      r2: latentErrors(there, test.b).r2,
      nearestR2: latentErrors(near, test.b).r2,
    }
  })
  return {
    at({ rule, pins, method, ridge }, step) {
      const count = Math.min(step, orderOf({ rule, pins }).length)
      return fitted({ rule, pins, method, ridge, count })
    },
  }
}

/** The map; of fewer than two points, what they have in common is all that is known. */
function mapOf(
  { points, test }: BothSpaces,
  support: readonly number[],
  { method, ridge }: Pick<SpacesSettings, 'method' | 'ridge'>,
): { weights: Float32Array<ArrayBuffer>; there: Rows } {
  const [a, b] = [picked(points.a, support), picked(points.b, support)]
  if (support.length < 2) {
    const bias = support.length > 0 ? b.data : new Float32Array(points.b.columns)
    return { weights: Float32Array.from(bias), there: repeated(bias, test.a.rows) }
  }
  const map = fitLinearMap({ a, b }, method === 'ridge' ? { method, ridge } : { method, rescale: true })
  const { rows, columns, data } = mapCodes(map, test.a)
  return {
    weights: Float32Array.from([...map.matrix.data, ...map.bias]),
    there: { rows, columns, data: Float32Array.from(data) },
  }
}

/** For each row of `from` the nearest of the chosen rows. */
function nearestOf(from: Rows, among: Rows, chosen: readonly number[]): number[] {
  return Array.from({ length: from.rows }, (_, i) => {
    let [found, least] = [chosen[0] ?? 0, Number.POSITIVE_INFINITY]
    for (const row of chosen) {
      let sum = 0
      for (let k = 0; k < from.columns && sum < least; k++) {
        sum += (from.data[i * from.columns + k]! - among.data[row * among.columns + k]!) ** 2
      }
      if (sum < least) [found, least] = [row, sum]
    }
    return found
  })
}

function errorOf(made: Rows, truth: Rows): number {
  return made.data.reduce((sum, value, i) => sum + (value - truth.data[i]!) ** 2, 0) / made.data.length
}

function meanOf({ rows, columns, data }: Rows): Float32Array<ArrayBuffer> {
  const mean = new Float32Array(columns)
  for (const [i, value] of data.entries()) mean[i % columns]! += value / rows
  return mean
}

function repeated(row: Float32Array, rows: number): Rows {
  const data = new Float32Array(rows * row.length)
  for (let i = 0; i < rows; i++) data.set(row, i * row.length)
  return { rows, columns: row.length, data }
}

/** A function that keeps its last answer. */
function remembered<A extends object, R>(compute: (asked: A) => R): (asked: A) => R {
  let [name, answer]: [string, R | undefined] = ['', undefined]
  return (asked) => {
    const own = JSON.stringify(asked)
    if (own !== name || answer === undefined) answer = compute(asked)
    name = own
    return answer
  }
}
