/** Triangular systems of any size, by products where most of the work is. @module */
import type { Arena } from './arena.ts'
import { from, type Grid } from './kernels.ts'

/** Rows that are solved one after the other; what they take off the others is a product. */
const panel = 64

/** Solves `L · X = B` in place, for X of `n × m`; with `backward` for a matrix that is 0 below its diagonal. */
export function solveTriangular(arena: Arena, backward: boolean, n: number, m: number, l: Grid, x: Grid): void {
  const panels = Math.ceil(n / panel)
  for (let step = 0; step < panels; step++) {
    const start = (backward ? panels - 1 - step : step) * panel
    const size = Math.min(panel, n - start)
    const solved = from(x, start, 0)
    arena.solveTriangle(backward, size, m, from(l, start, start), solved)
    const [first, count] = backward ? [0, start] : [start + size, n - start - size]
    if (count > 0) arena.multiply('all', count, m, size, -1, from(l, first, start), solved, from(x, first, 0))
  }
}
