/** The strongest direction of a matrix, without decomposing all of it. @module */
import type { Matrix64 } from '../matrices/matrix.ts'
import { dotProduct } from '../products/dot-product.ts'
import { addTo, times, timesTransposed } from '../products/vectors.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** Vectors of a Krylov space before the search starts again from the best one found. */
const spaceSize = 40
const restarts = 25

/**
 * The unit left singular vector of the largest singular value, by Lanczos iterations on m·mᵀ with full reorthogonalization
 * (Golub & Kahan, 1965), restarted; `undefined` for a matrix of zeros. Power iteration takes ten to a hundred times as
 * many products where the largest singular values are close.
 */
export function dominantLeft(m: Matrix64): Float64Array | undefined {
  let vector = unit(times(m, generic(m.columns)))
  if (!vector) return undefined
  for (let restart = 0; restart < restarts; restart++) {
    const found = bestInKrylovSpace(m, vector)
    const moved = found.reduce((most, value, i) => Math.max(most, Math.abs(value - vector![i]!)), 0)
    vector = found
    // Each restart shrinks what is left by a large factor: the one that moved so little left next to nothing.
    if (moved < 1e-11) break
  }
  return vector
}

/** The vector of the Krylov space of `start` for which ‖mᵀ·v‖ is largest. */
function bestInKrylovSpace(m: Matrix64, start: Float64Array): Float64Array {
  const size = Math.min(spaceSize, m.rows)
  const basis = [start]
  const images = [timesTransposed(m, start)]
  while (basis.length < size) {
    const next = times(m, images[images.length - 1]!)
    const before = Math.sqrt(dotProduct(next, next))
    // Twice, for the first pass leaves rounding of the size of what it removes.
    for (let pass = 0; pass < 2; pass++) for (const other of basis) addTo(next, other, -dotProduct(next, other))
    const length = Math.sqrt(dotProduct(next, next))
    if (!(length > 1e-14 * before)) break
    basis.push(next.map((value) => value / length))
    images.push(timesTransposed(m, basis[basis.length - 1]!))
  }
  const k = basis.length
  const small: Matrix64 = { rows: k, columns: k, data: new Float64Array(k * k) }
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) small.data[i * k + j] = dotProduct(images[i]!, images[j]!)
  const { vectors } = symmetricEigen(small)
  const best = new Float64Array(m.rows)
  for (let i = 0; i < k; i++) addTo(best, basis[i]!, vectors.data[i * k]!)
  const sign = dotProduct(best, start) < 0 ? -1 : 1
  const length = sign * Math.sqrt(dotProduct(best, best))
  return best.map((value) => value / length)
}

/** Numbers without a pattern, so that no direction of a matrix is orthogonal to them by design. */
function generic(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => 0.5 + (((i + 1) * 0.6180339887498949) % 1))
}

function unit(vector: Float64Array): Float64Array | undefined {
  const length = Math.sqrt(dotProduct(vector, vector))
  return length > 0 ? vector.map((value) => value / length) : undefined
}
