/** A Brownian path by key, that can be asked at any levels. @module */
import { fold, type Key, normalArray } from '@gen/backend'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { flowTimeOf, type Level } from '../schedules/level.ts'

/** Halvings of [0, 1]: flow times closer than 2⁻²⁴ are one. */
const depth = 24

/** Where a row's path is drawn, away from the noise of steps. */
const forPath = 2 ** 31 + 1

/**
 * Noise for steps between levels: the increments of one Brownian path W along flow time τ, `(W(τ) − W(τ′)) / √(τ − τ′)`, standard
 * normal and independent where steps do not overlap. Finer steps refine the same path, so samplers with noise agree between
 * numbers of steps, the more the finer.
 *
 * W is found by halving: `W(middle) = (W(left) + W(right)) / 2 + √(right − left) / 2 · z`, where z has the key of its interval.
 *
 * @param offset - Place of the first row among all rows: row i depends on (k, offset + i) alone.
 * @see Fast and memory-efficient approach to Brownian paths (Kidger et al., 2021), section 4 https://arxiv.org/abs/2105.13493
 */
export function brownianNoise(k: Key, shape: number[], offset: number): (i: number, from: Level, to: Level) => Tensor {
  const own = fold(k, forPath)
  const [rows = 1, ...item] = shape
  const columns = item.reduce((product, n) => product * n, 1)
  const drawAt = (node: number) => normalArray(fold(own, node), rows, columns, { offset })
  // Where one step ends the next begins.
  let [last, reached]: [number, Float64Array] = [-1, new Float64Array()]
  return (_, from, to) => {
    const end = placeOf(from)
    const begin = Math.min(placeOf(to), end - 1)
    const late = end === last ? reached : pathAt(end, drawAt)
    const early = pathAt(begin, drawAt)
    ;[last, reached] = [begin, early]
    const scale = 1 / Math.sqrt((end - begin) / 2 ** depth)
    return tensor(
      Float32Array.from(late, (value, j) => (value - early[j]!) * scale),
      shape,
    )
  }
}

/** The flow time of a level in units of the finest interval. */
function placeOf(level: Level): number {
  return Math.max(1, Math.round(flowTimeOf(level) * 2 ** depth))
}

/** W at a place. Nodes are numbered as in a heap: the halves of interval m are 2m and 2m + 1. */
function pathAt(place: number, drawAt: (node: number) => Float32Array): Float64Array {
  const right = Float64Array.from(drawAt(0))
  let [low, high, node] = [0, 2 ** depth, 1]
  const left = new Float64Array(right.length)
  while (place > low && place < high) {
    const middle = (low + high) / 2
    const noise = drawAt(node)
    const spread = Math.sqrt((high - low) / 2 ** depth) / 2
    const half = place < middle ? right : left
    for (let j = 0; j < half.length; j++) half[j] = (left[j]! + right[j]!) / 2 + spread * noise[j]!
    if (place < middle) [high, node] = [middle, 2 * node]
    else [low, node] = [middle, 2 * node + 1]
  }
  return place === low ? left : right
}
