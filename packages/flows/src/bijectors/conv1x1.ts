/** Invertible 1×1 convolutions. @module */
import { type Key, normalArray } from '@gen/backend'
import { lu, type Matrix64, qr } from '@gen/linear-algebra'
import type { Bijector } from './bijector.ts'
import { type LuLinearOptions, luLinear } from './lu-linear.ts'
import { channelsOf, type EventShape, eventShape } from './shape.ts'

/** Options of {@link conv1x1}. */
export interface Conv1x1Options {
  /** Randomness of the rotation that it starts from. */
  key: Key
}

/**
 * Creates an invertible 1×1 convolution in LU form that starts as a random rotation of the channels: a learned,
 * generalized permutation. It works on events `[d]` just as well.
 *
 * @see Glow: Generative Flow with Invertible 1×1 Convolutions (Kingma & Dhariwal, 2018) https://arxiv.org/abs/1807.03039
 * @example
 * const layer = conv1x1([8, 8, 4], { key: key(0) })
 */
export function conv1x1(shape: EventShape, { key }: Conv1x1Options): Bijector {
  const event = eventShape('flows.conv1x1', shape)
  return luLinear(event, decompose(rotation(key, channelsOf(event))))
}

/** The orthogonal factor of a matrix of normal numbers, in float64. */
function rotation(k: Key, size: number): Matrix64 {
  return qr({ rows: size, columns: size, data: Float64Array.from(normalArray(k, size, size)) }).q
}

function decompose(matrix: Matrix64): LuLinearOptions {
  const { order, lower, upper } = lu(matrix)
  const diagonal = order.map((_, i) => upper.data[i * upper.columns + i]!)
  return {
    order,
    signs: diagonal.map((value) => (value < 0 ? -1 : 1)),
    start: {
      lower: [...lower.data],
      upper: [...upper.data],
      logDiagonal: diagonal.map((value) => Math.log(Math.abs(value))),
    },
  }
}
