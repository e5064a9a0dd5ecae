/** What algorithms are written in: a few products and solves over one long array of numbers. @module */

/** A matrix inside the array: its number (i, j) is at `at + i·row + j·column`. */
export interface Grid {
  readonly at: number
  readonly row: number
  readonly column: number
}

/** Which of a product's numbers are asked for; of the others some may be written too. */
export type Part = 'all' | 'upper' | 'lower'

/**
 * The inner loops, in WebAssembly or in JavaScript. All read and write numbers of one arena. A grid to which something is
 * added has `column: 1`, as have those of `timesVector` and `transposedTimesVector`: rows run along memory.
 */
export interface Kernels {
  /** Adds `factor · a · b`, a of `rows × inner` and b of `inner × columns`, to c. */
  multiply(part: Part, rows: number, columns: number, inner: number, factor: number, a: Grid, b: Grid, c: Grid): void
  /** Adds `factor · A · x` to y, whose numbers are `yStep` apart. */
  timesVector(rows: number, columns: number, factor: number, a: Grid, x: number, y: number, yStep?: number): void
  /** Adds `factor · Aᵀ · x` to y; the numbers of x are `xStep` apart. */
  transposedTimesVector(
    rows: number,
    columns: number,
    factor: number,
    a: Grid,
    x: number,
    y: number,
    xStep?: number,
  ): void
  /** Adds `factor · x · yᵀ` to A; the numbers of x are `xStep` apart. */
  addOuter(rows: number, columns: number, factor: number, x: number, y: number, a: Grid, xStep?: number): void
  /** Turns two rows in their plane: `(c·x + s·y, c·y − s·x)`. */
  turn(length: number, cosine: number, sine: number, x: number, y: number): void
  /**
   * Solves `L · X = B` in place for a lower triangular L, one row of X after the other; with `backward` for one that is 0
   * below its diagonal. For panels: {@link solveLower} cuts large ones into these.
   */
  solveTriangle(backward: boolean, rows: number, columns: number, l: Grid, x: Grid): void
}

/** A matrix whose rows of `stride` numbers run along memory. */
export function rowsAt(at: number, stride: number): Grid {
  return { at, row: stride, column: 1 }
}

/** The same numbers with rows as columns. */
export function turned({ at, row, column }: Grid): Grid {
  return { at, row: column, column: row }
}

/** What begins at row i and column j. */
export function from({ at, row, column }: Grid, i: number, j: number): Grid {
  return { at: at + i * row + j * column, row, column }
}
