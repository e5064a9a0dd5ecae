/** Vector fields with exact directional derivatives. @module */
import { assertInteger, type Key, split } from '@gen/backend'
import {
  add,
  concat,
  expandDims,
  matMul,
  mul,
  reshape,
  slice,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
  tensor2d,
  tile,
  type Variable,
} from '@tensorflow/tfjs-core'
import { weight, zeroWeight } from '../networks/weights.ts'

/** A field's value and its derivatives along directions. */
interface FieldValue {
  /** `[batch, d]` */
  readonly value: Tensor
  /** Jacobian times each direction, `[batch, k, d]`. */
  readonly along: Tensor
}

/** A vector field f(t, x; c). */
export interface VectorField {
  variables(): Variable[]
  /** At time t and x `[batch, d]`, with directions `[batch or 1, k, d]`. */
  evaluate(t: number, x: Tensor, directions: Tensor, context?: Tensor): FieldValue
}

/** What {@link vectorField} needs. */
export interface VectorFieldRequest {
  size: number
  hidden: readonly number[]
  context: number
  key: Key
}

/** cos(πkt), sin(πkt) for k up to this, beside x. */
const frequencies = 3

/**
 * Makes a multi-layer perceptron with tanh of (x, cos πkt, sin πkt, c). Its Jacobian times a direction is carried
 * forward beside the value, `tanh′(h)·(W·direction)` layer by layer, so the trace needs no gradient within a gradient.
 * The last layer starts at zero.
 */
export function vectorField({ size, hidden, context, key }: VectorFieldRequest): VectorField {
  for (const width of hidden) assertInteger('flows.continuous', 'each size of hidden', width, { min: 1 })
  const sizes = [size + 2 * frequencies + context, ...hidden, size]
  const keys = split(key, sizes.length - 1)
  const layers = keys.map((k, i): [Variable, Variable] => {
    const shape = [sizes[i]!, sizes[i + 1]!]
    return [i < keys.length - 1 ? weight(k, shape, 1) : zeroWeight(shape), zeroWeight([sizes[i + 1]!])]
  })
  return {
    variables: () => layers.flat(),
    evaluate: (t, x, directions, given) => {
      const batch = x.shape[0]
      const time = tile(tensor2d([timeFeatures(t)]), [batch, 1])
      let h: Tensor = concat(given ? [x, time, given] : [x, time], 1)
      let along = directions
      layers.forEach(([w, b], i) => {
        h = add(matMul(h as Tensor2D, w as Tensor2D), b)
        // Of the first layer's inputs only x moves.
        along = product(along, i === 0 ? slice(w as Tensor2D, [0, 0], [size, -1]) : (w as Tensor2D))
        if (i === layers.length - 1) return
        h = tanh(h)
        along = mul(along, expandDims(sub(1, square(h)), 1))
      })
      return { value: h, along }
    },
  }
}

function timeFeatures(t: number): number[] {
  const angles = Array.from({ length: frequencies }, (_, i) => Math.PI * (i + 1) * t)
  return [...angles.map(Math.cos), ...angles.map(Math.sin)]
}

/** `[b, k, n]` times `[n, m]`. */
function product(directions: Tensor, matrix: Tensor2D): Tensor3D {
  const [batch, count, size] = directions.shape as [number, number, number]
  return reshape(matMul(reshape(directions, [batch * count, size]), matrix), [batch, count, -1])
}
