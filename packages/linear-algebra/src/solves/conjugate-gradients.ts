/** Linear systems that are only known by their products. @module */
import { dotProduct } from '../products/dot-product.ts'

/**
 * Solves `A·x = b` for a symmetric positive definite A, given as a product and an approximate inverse, until the residual,
 * measured by that inverse, has shrunk by `tolerance`; `undefined` where `iterations` are not enough.
 *
 * @see Methods of conjugate gradients for solving linear systems (Hestenes & Stiefel, 1952)
 * https://doi.org/10.6028/jres.049.044
 */
export function conjugateGradients(
  times: (v: Float64Array) => Float64Array,
  inverse: (v: Float64Array) => Float64Array,
  b: Float64Array,
  { tolerance, iterations }: { tolerance: number; iterations: number },
): Float64Array | undefined {
  const x = new Float64Array(b.length)
  const residual = b.slice()
  let z = inverse(residual)
  let direction = z
  let size = dotProduct(residual, z)
  const enough = tolerance * tolerance * size
  for (let iteration = 0; iteration < iterations; iteration++) {
    const image = times(direction)
    const step = size / dotProduct(direction, image)
    // Also where rounding has used up what is positive.
    if (!(step > 0 && step < Number.POSITIVE_INFINITY)) return undefined
    for (let k = 0; k < x.length; k++) {
      x[k]! += step * direction[k]!
      residual[k]! -= step * image[k]!
    }
    z = inverse(residual)
    const next = dotProduct(residual, z)
    if (!(next > enough)) return x
    const share = next / size
    direction = z.map((value, k) => value + share * direction[k]!)
    size = next
  }
  return undefined
}
