/** The KL term taken apart: mutual information, total correlation, and dimension-wise KL. @module */
import { assertDiagonalNormal, assertNumber, assertShape, logSumExp, refusal } from '@gen/backend'
import type { DiagonalNormal } from '@gen/model'
import {
  add,
  exp,
  expandDims,
  fill,
  mean,
  minimum,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'

/** Options of {@link totalCorrelation}. */
export interface TotalCorrelationOptions {
  /** N, how many data the batch was drawn from. */
  datasetSize: number
  /** Minibatch weighted sampling (biased), or minibatch stratified sampling. @default 'weighted' */
  estimator?: 'weighted' | 'stratified'
}

/** The three terms in nats, means over the batch; their sum is `mean (log q(z | x) − log p(z))`. */
export interface KlDecomposition {
  /** I(x; z) = E log q(z | x) − log q(z) */
  readonly mutualInformation: Scalar
  /** KL(q(z) ‖ Π q(z_j)) */
  readonly totalCorrelation: Scalar
  /** Σ_j KL(q(z_j) ‖ N(0, 1)) */
  readonly dimensionWise: Scalar
}

const logTwoPi = Math.log(2 * Math.PI)

/**
 * Estimates the β-TC-VAE's decomposition of KL(q(z | x) ‖ N(0, I)) from one batch. The aggregate posterior q(z) is estimated
 * from the batch's own distributions; weighing the total correlation with β > 1 disentangles without hurting the rest.
 *
 * @param z - One draw from each row of q, `[batch, size]`.
 * @throws GenError `shape` where z and q differ in shape or have fewer than 2 rows; `range` for a dataset smaller than
 * the batch.
 * @see Isolating sources of disentanglement in VAEs (Chen et al., 2018) https://arxiv.org/abs/1802.04942
 * @example
 * const { mutualInformation, totalCorrelation: tc, dimensionWise } = totalCorrelation(z, q, { datasetSize: 60_000 })
 */
export function totalCorrelation(
  z: Tensor2D,
  q: DiagonalNormal,
  { datasetSize, estimator = 'weighted' }: TotalCorrelationOptions,
): KlDecomposition {
  const where = 'losses.totalCorrelation'
  assertDiagonalNormal(where, q)
  assertShape(where, 'z', z, q.mean.shape)
  const rows = z.shape[0]
  if (rows < 2) throw refusal('shape', where, { expected: 'at least 2 rows', got: rows, remedy: 'pass a larger batch' })
  assertNumber(where, 'datasetSize', datasetSize, { min: rows })
  return tidy(() => {
    const own = sum(logNormal(z, q.mean, q.logVariance), 1)
    // [i, j, d]: dimension d of draw i under the distribution of row j.
    const pairs = logNormal(expandDims(z, 1), expandDims(q.mean, 0), expandDims(q.logVariance, 0)) as Tensor3D
    const weights = logWeights(rows, datasetSize, estimator)
    const joint = logSumExp(add(sum(pairs, 2), weights), 1)
    const product = sum(logSumExp(add(pairs, expandDims(weights, 2)), 1), 1)
    const prior = mul(sum(add(square(z), logTwoPi), 1), -0.5)
    return {
      mutualInformation: mean(sub(own, joint)) as Scalar,
      totalCorrelation: mean(sub(joint, product)) as Scalar,
      dimensionWise: mean(sub(product, prior)) as Scalar,
    }
  })
}

/** The quotient is squared, not the difference divided by σ²: at the mean of a narrow distribution that would be 0·∞. */
function logNormal(z: Tensor, mu: Tensor, logVariance: Tensor): Tensor {
  const precision = exp(minimum(mul(logVariance, -0.5), 88))
  return mul(add(add(square(mul(sub(z, mu), precision)), logVariance), logTwoPi), -0.5)
}

/** log w_ij with which q(z_i) ≈ Σ_j w_ij q(z_i | x_j). */
function logWeights(rows: number, datasetSize: number, estimator: 'weighted' | 'stratified'): Tensor2D {
  if (estimator === 'weighted') return fill([rows, rows], -Math.log(rows * datasetSize))
  // The row's own x is surely in the batch: 1/N. One other stands for the N − M + 1 not in it, the rest for themselves.
  const others = rows - 1
  const weights = new Float32Array(rows * rows).fill(Math.log(1 / others))
  for (let i = 0; i < rows; i++) {
    weights[i * rows + i] = Math.log(1 / datasetSize)
    weights[i * rows + ((i + 1) % rows)] = Math.log((datasetSize - others) / (datasetSize * others))
  }
  return tensor2d(weights, [rows, rows])
}
