/** Relative representations: a space described by how its points lie to anchors. @module */
import { refusal } from '@gen/backend'
import { dotProduct, type Matrix64, rowOf, rowProducts, squaredDistance, zeroMatrix } from '@gen/linear-algebra'
import { assertOneOf, given } from '../arguments.ts'
import { type Codes, readCodes } from '../codes.ts'

/** Options of {@link relativeCodes}. */
export interface RelativeCodesOptions {
  /** `cosine` does not see rotations and scales; `euclidean` (the distance, negated) not rotations and shifts. @default 'cosine' */
  similarity?: 'cosine' | 'euclidean'
}

/**
 * Describes each code by its similarity to anchors, `r_ij = s(x_i, anchor_j)`. Codes of the same data in two spaces that
 * differ by a rotation get the same description, without any map. The cosine of a code of length 0 is 0.
 *
 * @returns `[codes, anchors]`.
 * @throws GenError `shape` when sizes differ.
 * @see Relative representations enable zero-shot latent space communication (Moschella et al., 2023)
 * https://arxiv.org/abs/2209.15430
 * @example
 * const same = relativeCodes(codes, support.a)
 */
export function relativeCodes(codes: Codes, anchors: Codes, options: RelativeCodesOptions = {}): Matrix64 {
  const where = 'latentTools.relativeCodes'
  const { similarity = 'cosine' } = given(where, options)
  assertOneOf(where, 'similarity', similarity, ['cosine', 'euclidean'])
  const [x, y] = [readCodes(where, 'codes', codes), readCodes(where, 'anchors', anchors)]
  if (x.columns !== y.columns) {
    throw refusal('shape', where, { expected: `anchors of ${x.columns} dimensions, as the codes`, got: y.columns })
  }
  if (similarity === 'cosine') return rowProducts(unitRows(x), unitRows(y))
  const out = zeroMatrix(x.rows, y.rows)
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++) {
      out.data[i * y.rows + j] = -Math.sqrt(squaredDistance(rowOf(x, i), rowOf(y, j)))
    }
  }
  return out
}

/** Rows of length 1; those of length 0 stay. */
function unitRows(x: Matrix64): Matrix64 {
  const lengths = Float64Array.from({ length: x.rows }, (_, i) => Math.sqrt(dotProduct(rowOf(x, i), rowOf(x, i))) || 1)
  return { ...x, data: x.data.map((value, at) => value / lengths[Math.floor(at / x.columns)]!) }
}
