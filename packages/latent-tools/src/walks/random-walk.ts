/** Random walks among likely codes. @module */
import { assertInteger, assertKey, assertNumber, fold, type Key, normalArray } from '@gen/backend'
import { dotProduct } from '@gen/linear-algebra'
import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core'
import { given } from '../arguments.ts'

/** Options of {@link randomWalk}. */
export interface RandomWalkOptions {
  /** Numbers in a code. */
  size: number
  /** Codes. */
  steps: number
  /** Length of each step along the sphere, in latent units. @default √size / 10 */
  speed?: number
  /** How much of its direction a step keeps, from 0 (all new) to below 1 (hardly turning). @default 0.9 */
  momentum?: number
  key: Key
}

/**
 * A random walk on the sphere of radius √size, where a Gaussian's codes are, with every step of the same length: the
 * direction turns at random, the speed does not change.
 *
 * @returns `[steps, size]`; step i depends only on the key and the steps before.
 * @throws GenError `range` for a size below 2 or options out of range.
 * @example
 * const film = await animation(model, randomWalk({ size: 64, steps: 60, key: key(0) }))
 */
export function randomWalk(options: RandomWalkOptions): Tensor2D {
  const where = 'latentTools.randomWalk'
  const { size, steps, speed = Math.sqrt(size) / 10, momentum = 0.9, key } = given(where, options)
  assertInteger(where, 'size', size, { min: 2 })
  assertInteger(where, 'steps', steps, { min: 1 })
  assertNumber(where, 'speed', speed, { exclusiveMin: 0 })
  assertNumber(where, 'momentum', momentum, { min: 0, max: 1 })
  assertKey(where, 'key', key)
  const draws = normalArray(key, steps + 1, size)
  const drawn = (row: number) => Float64Array.from(draws.subarray(row * size, (row + 1) * size))
  const angle = speed / Math.sqrt(size)
  let place = unit(drawn(0))
  let heading = unit(across(place, Float64Array.from(normalArray(fold(key, 1), 1, size))))
  const out = new Float32Array(steps * size)
  for (let step = 0; step < steps; step++) {
    out.set(
      place.map((value) => value * Math.sqrt(size)),
      step * size,
    )
    const [from, to] = [place, heading]
    place = unit(from.map((value, k) => Math.cos(angle) * value + Math.sin(angle) * to[k]!))
    const ahead = from.map((value, k) => -Math.sin(angle) * value + Math.cos(angle) * to[k]!)
    const turn = unit(across(place, drawn(step + 1)))
    heading = unit(
      across(
        place,
        ahead.map((value, k) => momentum * value + (1 - momentum) * turn[k]!),
      ),
    )
  }
  return tensor2d(out, [steps, size])
}

function across(place: Float64Array, vector: Float64Array): Float64Array {
  const along = dotProduct(place, vector)
  return vector.map((value, k) => value - along * place[k]!)
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dotProduct(vector, vector))
  return vector.map((value) => value / length)
}
