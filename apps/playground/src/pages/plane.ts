/** Densities of the plane. @module */
import type { Toy } from '@gen/data'
import { type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { cells } from './cells.ts'

/** The density over its largest value, at the centers of cells. */
export async function densityField(
  toy: Pick<Toy, 'logDensity'>,
  side: number,
  bound: number,
): Promise<Float32Array<ArrayBuffer>> {
  const at = cells(side, bound)
  const logs = new Float32Array(side * side)
  // Curves' densities take memory for points × pieces.
  for (let row = 0; row < side; row++) {
    const part = at.slice(2 * row * side, 2 * (row + 1) * side)
    const density = tidy(() => toy.logDensity(tensor2d(part, [side, 2]) as Tensor2D))
    logs.set(await density.data(), row * side)
    density.dispose()
  }
  const top = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  return logs.map((value) => Math.exp(value - top))
}
