/** Zeros between the entries of a tensor. @module */
import { concat, reshape, slice, type Tensor, zeros } from '@tensorflow/tfjs-core'

/** Puts `gap − 1` zeros between neighbors along an axis: n entries become (n − 1)·gap + 1. */
export function spread<T extends Tensor>(x: T, axis: number, gap: number): T {
  const n = x.shape[axis]!
  if (gap === 1 || n === 1) return x
  const product = (sizes: number[]) => sizes.reduce((total, size) => total * size, 1)
  const [before, after] = [product(x.shape.slice(0, axis)), product(x.shape.slice(axis + 1))]
  const rows = reshape(x, [before * n, 1, after])
  const wide = reshape(concat([rows, zeros([before * n, gap - 1, after])], 1), [before, n * gap, after])
  const size = (n - 1) * gap + 1
  return reshape(
    slice(wide, [0, 0, 0], [before, size, after]),
    x.shape.map((length, i) => (i === axis ? size : length)),
  ) as T
}
