// Systems with triangular matrices a few rows high.
import { transposedTimesVector } from './vectors'

const strip: i32 = 256

/**
 * Solves `L · X = B` in place, row by row of X, from the first to the last; or from the last to the first for a matrix that
 * is 0 below its diagonal. Number (i, k) of the triangle is at `l + i·lRow + k·lColumn`.
 */
export function solveTriangle(
  backward: i32,
  rows: i32,
  columns: i32,
  l: usize,
  lRow: usize,
  lColumn: usize,
  x: usize,
  xRow: usize,
): void {
  // Strips of X that stay in cache while rows are taken off each other.
  for (let j = 0; j < columns; j += strip) {
    const wide = min(strip, columns - j)
    const top = x + ((<usize>j) << 3)
    for (let step = 0; step < rows; step++) {
      const i = backward ? rows - 1 - step : step
      const first = backward ? i + 1 : 0
      const row = top + <usize>i * xRow
      const entry = l + <usize>i * lRow
      transposedTimesVector(
        step,
        wide,
        -1,
        top + <usize>first * xRow,
        xRow,
        entry + <usize>first * lColumn,
        lColumn,
        row,
      )
      divideRow(wide, load<f64>(entry + <usize>i * lColumn), row)
    }
  }
}

function divideRow(length: i32, divisor: f64, x: usize): void {
  const d = v128.splat<f64>(divisor)
  let k = 0
  for (; k + 1 < length; k += 2) {
    v128.store(x, v128.div<f64>(v128.load(x), d))
    x += 16
  }
  if (k < length) store<f64>(x, load<f64>(x) / divisor)
}
