/** Densities that are the same everywhere they are not 0. @module */
import { add, fill, mul, where as select, sum, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core'

/** The given log-density in rows that lie inside, −∞ in others, NaN in rows of NaN; the gradient in z is 0. In a tidy. */
export function flatDensity(z: Tensor2D, inside: Tensor, logDensity: number): Tensor1D {
  const rows = [z.shape[0]]
  const density = select(inside, fill(rows, logDensity), fill(rows, Number.NEGATIVE_INFINITY))
  // Keeps z on the tape: its gradient is 0, not an error.
  return add(density, sum(mul(z, 0), 1))
}
