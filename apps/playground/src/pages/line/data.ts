/** Bells on a line, with their exact density. @module */
import { fold, type Key, key, normalArray, randintArray } from '@gen/backend'
import type { Batch, Batches } from '@gen/model'
import { tensor2d } from '@tensorflow/tfjs-core'
import type { LineData } from './settings.ts'

const deviation = 0.5
const centers: Readonly<Record<LineData, readonly number[]>> = { one: [1], two: [-1.5, 1.5], three: [-2.4, 0, 2.4] }

/** p_data at places. */
export function density(data: LineData, x: readonly number[]): number[] {
  const means = centers[data]
  const scale = 1 / (deviation * Math.sqrt(2 * Math.PI) * means.length)
  return x.map((at) => means.reduce((sum, mean) => sum + scale * Math.exp(-0.5 * ((at - mean) / deviation) ** 2), 0))
}

/** `count` points; point i follows from (k, i). */
export function draw(data: LineData, count: number, k: Key): Float32Array {
  const means = centers[data]
  const which = randintArray(fold(k, 0), count, 1, { max: means.length })
  return normalArray(fold(k, 1), count, 1).map((noise, i) => means[which[i]!]! + deviation * noise)
}

/** Endless batches. */
export function batches(data: LineData, size: number): Batches<Batch> {
  return {
    config: { data, size },
    at: (index) => ({ x: tensor2d(draw(data, size, fold(key(1), index)), [size, 1]) }),
  }
}
