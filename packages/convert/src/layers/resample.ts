/** Halving and doubling images as diffusers does. @module */
import { add, avgPool, concat, mul, pad, reshape, slice, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'

/** How a block without a convolution of its own changes the size: means and repetition, or the filter 1, 3, 3, 1. */
export type Resampling = 'plain' | 'fir'

/** Half the size. */
export function halve(x: Tensor, by: Resampling = 'plain'): Tensor {
  if (by === 'plain') return avgPool(x as Tensor4D, 2, 2, 'valid')
  return firHalf(firHalf(x, 1), 2)
}

/** Twice the size. */
export function double(x: Tensor, by: Resampling = 'plain'): Tensor {
  if (by === 'plain') return repeat(repeat(x, 1), 2)
  return firDouble(firDouble(x, 1), 2)
}

/** Zeros around an image: so many rows and columns before and after. */
export function border(x: Tensor, before: number, after: number): Tensor {
  return pad(x, [
    [0, 0],
    [before, after],
    [before, after],
    [0, 0],
  ])
}

type Axis = 1 | 2

/** Each position twice along an axis. */
function repeat(x: Tensor, axis: Axis): Tensor {
  return interleave(x, x, axis)
}

/** `y[i] = (p[2i] + 3 p[2i + 1] + 3 p[2i + 2] + p[2i + 3]) / 8`, where p is x with a zero on either side. */
function firHalf(x: Tensor, axis: Axis): Tensor {
  const half = x.shape[axis]! / 2
  const padded = padAlong(x, axis, 1, 1)
  const pairs = reshape(padded, [...x.shape.slice(0, axis), half + 1, 2, ...x.shape.slice(axis + 1)])
  const every = (odd: 0 | 1, from: number) => {
    const [begin, size] = [pairs.shape.map(() => 0), [...pairs.shape]]
    ;[begin[axis], begin[axis + 1], size[axis], size[axis + 1]] = [from, odd, half, 1]
    return reshape(slice(pairs, begin, size), [...x.shape.slice(0, axis), half, ...x.shape.slice(axis + 1)])
  }
  const outer = mul(add(every(0, 0), every(1, 1)), 1 / 8)
  return add(outer, mul(add(every(1, 0), every(0, 1)), 3 / 8))
}

/** `y[2i] = (x[i − 1] + 3 x[i]) / 4`, `y[2i + 1] = (3 x[i] + x[i + 1]) / 4`, with zeros outside. */
function firDouble(x: Tensor, axis: Axis): Tensor {
  const moved = (by: 0 | 2) => {
    const begin = x.shape.map((_, i) => (i === axis ? by : 0))
    return mul(slice(padAlong(x, axis, 1, 1), begin, [...x.shape]), 1 / 4)
  }
  const own = mul(x, 3 / 4)
  return interleave(add(moved(0), own), add(own, moved(2)), axis)
}

function padAlong(x: Tensor, axis: Axis, before: number, after: number): Tensor {
  return pad(
    x,
    x.shape.map((_, i) => (i === axis ? [before, after] : [0, 0])),
  )
}

/** a[0], b[0], a[1], b[1], … along an axis. */
function interleave(a: Tensor, b: Tensor, axis: Axis): Tensor {
  const { shape } = a
  const rows = shape.slice(0, axis + 1).reduce((product, n) => product * n, 1)
  const row = shape.slice(axis + 1).reduce((product, n) => product * n, 1)
  const both = concat([reshape(a, [rows, row]), reshape(b, [rows, row])], 1)
  return reshape(
    both,
    shape.map((n, i) => (i === axis ? 2 * n : n)),
  )
}
