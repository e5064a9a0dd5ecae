/** Squared distances of vectors that may lie anywhere. @module */
import { withoutGradient } from '@gen/backend'
import {
  abs,
  add,
  clipByValue,
  div,
  expandDims,
  eye,
  matMul,
  max,
  maximum,
  minimum,
  mul,
  relu,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'

/** Coordinates beyond the first are brought back to it together, so that their squares do not overflow; beyond the second, cut. */
const [wide, widest] = [1e15, 1e30]

/**
 * `‖xᵢ − yⱼ‖² / unit²`, `[n, m]`, by one matrix product instead of n·m·size differences; to be called in a tidy. Where y is x
 * itself, vectors are exactly 0 away from themselves.
 *
 * `‖x‖² + ‖y‖² − 2x·y` loses the digits that ‖x‖² has beyond the distance: so both are moved to the origin first, by y's middle.
 * What no float32 holds is ∞; NaN stays NaN.
 */
export function squaredDistances(x: Tensor2D, y: Tensor2D, unit: number): Tensor {
  const center = withoutGradient(() => middle(y))
  const near = (set: Tensor2D) => clipByValue(div(sub(set, center), unit), -widest, widest)
  const [a, b] = [near(x), near(y)]
  const scale = withoutGradient(() => maximum(mul(maximum(max(abs(a)), max(abs(b))), 1 / wide), 1))
  const [u, v] = [div(a, scale), div(b, scale)]
  const lengths = add(expandDims(sum(square(u), 1), 1), expandDims(sum(square(v), 1), 0))
  // Rounding may bring equal points below 0.
  const distances = relu(sub(lengths, mul(matMul(u, v, false, true), 2)))
  const others = x === y ? mul(distances, sub(1, eye(x.shape[0]))) : distances
  return mul(others, square(scale))
}

/** The middle of three rows in each coordinate, `[1, size]`: among the others, however far a single row has strayed. */
function middle(x: Tensor2D): Tensor {
  const rows = x.shape[0]
  const row = (i: number) => slice(x, [i, 0], [1, -1])
  const [a, b, c] = [row(0), row(rows >> 1), row(rows - 1)]
  return maximum(minimum(a, b), minimum(maximum(a, b), c))
}
