/** Why a map into a space of noise may fail: what the other space does not know is missing from its codes. @module */
import { fold, key, normalArray } from '@gen/backend'
import { fitLinearMap, type Matrix, mapCodes } from '@gen/latent-tools'
import { columnDeviations } from '@gen/linear-algebra'
import { slice, tidy } from '@tensorflow/tfjs-core'
import { firstRows, mappedError, type Pair, rowsFrom } from './pair.ts'

/** Squared errors of images, per pixel, on the same test images. */
export interface Unexplained {
  /** Of the variance of the target's codes, the share that the map's codes have. */
  readonly share: number
  /** M of the map as it is. */
  readonly mapped: number
  /** M with each code made as long as true ones are on average. */
  readonly lengthened: number
  /** M with normal noise of the missing variance added in each dimension. */
  readonly filled: number
}

/** Most points to fit to and to test on; of fewer images a quarter are for the test. */
const [support, tested] = [512, 64]

/** A linear map's codes are shorter than true ones, by what it cannot explain; puts that back in two ways. */
export async function unexplained({ codes, models, images, context }: Pair, ridge: number): Promise<Unexplained> {
  const points = Math.min(support, Math.floor(0.75 * images.shape[0]))
  const [a, b] = codes.map((x) => firstRows(x, points)) as [Matrix, Matrix]
  const map = fitLinearMap({ a, b }, { ridge })
  const test = codes.map((x) => firstRows(rowsFrom(x, points), tested)) as [Matrix, Matrix]
  const mapped = mapCodes(map, test[0])
  const explained = columnVariances(mapped)
  const variances = columnVariances(test[1])
  const missing = variances.map((all, j) => Math.max(0, all - explained[j]!))
  const noise = normalArray(fold(key(context.seed), 24), mapped.rows, mapped.columns)
  const variants = {
    mapped: mapped.data,
    lengthened: lengthened(mapped, test[1]),
    filled: mapped.data.map((value, i) => value + noise[i]! * Math.sqrt(missing[i % mapped.columns]!)),
  }
  const shown = tidy(() => slice(images, points, mapped.rows))
  const errors: Record<string, number> = {}
  for (const [name, data] of Object.entries(variants)) {
    context.progress(`images of ${name} codes`)
    errors[name] = await mappedError(models[1], { ...mapped, data: Float64Array.from(data) }, shown)
  }
  shown.dispose()
  const total = (all: readonly number[]) => all.reduce((sum, variance) => sum + variance, 0)
  return { share: total(explained) / total(variances), ...(errors as unknown as Omit<Unexplained, 'share'>) }
}

function columnVariances({ rows, columns, data }: Matrix): number[] {
  return Array.from(columnDeviations({ rows, columns, data: Float64Array.from(data) }), (deviation) => deviation ** 2)
}

/** Each code as long as true ones are on average. */
function lengthened(codes: Matrix, like: Matrix): number[] {
  const typical = lengthsOf(like).reduce((sum, length) => sum + length, 0) / like.rows
  const own = lengthsOf(codes)
  return Array.from(codes.data, (value, i) => (value * typical) / own[Math.floor(i / codes.columns)]!)
}

function lengthsOf({ rows, columns, data }: Matrix): number[] {
  return Array.from({ length: rows }, (_, i) => Math.hypot(...data.subarray(i * columns, (i + 1) * columns)))
}
