/** Distance of each sample to its k-th nearest neighbor. @module */
import type { Matrix } from '@gen/linear-algebra'
import { forEachUpperBlock } from '@gen/linear-algebra'

/**
 * The squared distance of each row to its k-th nearest other row, in O(rows · k) memory.
 *
 * Every distance is computed once and offered to both of its rows.
 */
export function squaredRadii(x: Matrix, k: number): Float64Array {
  const nearest = new Float64Array(x.rows * k).fill(Number.POSITIVE_INFINITY)
  forEachUpperBlock(x, 'squared', ({ rowStart, rows, columnStart, columns, stride, values }) => {
    for (let i = 0; i < rows; i++) {
      const row = rowStart + i
      for (let j = Math.max(0, row + 1 - columnStart); j < columns; j++) {
        const distance = values[i * stride + j]!
        if (distance < nearest[row * k + k - 1]!) insert(nearest, row * k, k, distance)
        const column = columnStart + j
        if (distance < nearest[column * k + k - 1]!) insert(nearest, column * k, k, distance)
      }
    }
  })
  return Float64Array.from({ length: x.rows }, (_, i) => nearest[i * k + k - 1]!)
}

/** Puts a value into the ascending list of k at `start`, and drops the largest. */
function insert(lists: Float64Array, start: number, k: number, value: number): void {
  let at = start + k - 1
  while (at > start && lists[at - 1]! > value) {
    lists[at] = lists[at - 1]!
    at--
  }
  lists[at] = value
}
