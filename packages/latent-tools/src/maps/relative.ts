/** Relative representations: a space described by how its points lie to anchors. @module */
import { GenError } from '@gen/backend'
import { type Codes, type Matrix64, readCodes, rowOf } from '../linear/matrix.ts'
import { outerProduct } from '../linear/product.ts'
import { dot } from '../linear/svd.ts'

/** Options of {@link relativeCodes}. */
export interface RelativeCodesOptions {
  /** `cosine` does not see rotations and scales; `euclidean` (the distance, negated) not rotations and shifts. @default 'cosine' */
  similarity?: 'cosine' | 'euclidean'
}

/**
 * Describes each code by its similarity to anchors, `r_ij = s(x_i, anchor_j)`. Codes of the same data in two spaces that
 * differ by a rotation get the same description, without any map.
 *
 * @returns `[codes, anchors]`.
 * @throws GenError `shape` when sizes differ.
 * @see Relative representations enable zero-shot latent space communication (Moschella et al., 2023)
 * https://arxiv.org/abs/2209.15430
 * @example
 * const same = relativeCodes(codes, support.a)
 */
export function relativeCodes(
  codes: Codes,
  anchors: Codes,
  { similarity = 'cosine' }: RelativeCodesOptions = {},
): Matrix64 {
  const where = 'latentTools.relativeCodes'
  const [x, y] = [readCodes(where, 'codes', codes), readCodes(where, 'anchors', anchors)]
  if (x.columns !== y.columns) {
    throw new GenError('shape', `${where}: expected anchors of ${x.columns} dimensions, as the codes, got ${y.columns}`)
  }
  const out = outerProduct(x, y)
  const [left, right] = [squaredLengths(x), squaredLengths(y)]
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++) {
      const at = i * y.rows + j
      const product = out.data[at]!
      if (similarity === 'cosine') out.data[at] = product / Math.max(1e-300, Math.sqrt(left[i]! * right[j]!))
      else out.data[at] = -Math.sqrt(Math.max(0, left[i]! + right[j]! - 2 * product))
    }
  }
  return out
}

function squaredLengths(x: Matrix64): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) => dot(rowOf(x, i), rowOf(x, i)))
}
