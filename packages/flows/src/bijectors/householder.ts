/** Products of Householder reflections. @module */
import { assertInteger, type Key } from '@gen/backend'
import {
  add,
  div,
  eye,
  matMul,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { weight } from '../networks/weights.ts'
import type { Bijector, Transformed } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { channelsOf, type EventShape, eventShape, noVolume } from './shape.ts'

/** Options of {@link householder}. */
export interface HouseholderOptions {
  /** Randomness of the reflections. */
  key: Key
  /** Number of reflections. @default the number of features or channels */
  reflections?: number
}

/**
 * Creates a learned orthogonal map of the features or channels: `y = x·Q`, `Q = Π_k (I − 2·v_k·v_kᵀ/|v_k|²)`.
 * It keeps volume, and its inverse is its transpose.
 *
 * @see Improving Variational Auto-Encoders using Householder Flow (Tomczak & Welling, 2016) https://arxiv.org/abs/1611.09630
 * @example
 * const layer = householder(6, { key: key(0), reflections: 3 })
 */
export function householder(shape: EventShape, { key, reflections }: HouseholderOptions): Bijector {
  const event = eventShape('flows.householder', shape)
  const channels = channelsOf(event)
  const count = reflections ?? channels
  assertInteger('flows.householder', 'reflections', count, { min: 1 })
  const vectors = weight(key, [count, channels], count)

  function matrix(): Tensor2D {
    let q: Tensor = eye(channels)
    const lengths = sqrt(add(sum(square(vectors), 1, true), 1e-30))
    const units = div(vectors, lengths)
    for (let i = 0; i < count; i++) {
      const v = slice(units as Tensor2D, [i, 0], [1, channels])
      q = sub(q, mul(matMul(matMul(q as Tensor2D, v, false, true), v), 2))
    }
    return q as Tensor2D
  }

  function apply(x: Tensor, q: Tensor2D, transposed: boolean): Transformed {
    const rows = reshape(x, [-1, channels])
    return { value: reshape(matMul(rows, q, false, transposed), x.shape), logDet: noVolume(x) }
  }

  return defineBijector({
    config: { kind: 'householder', shape: event, reflections: count },
    variables: () => [vectors],
    forward: (x) => apply(x, matrix(), false),
    inverse: (y) => apply(y, matrix(), true),
  })
}
