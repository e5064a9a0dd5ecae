/** A distribution of codes learned from codes. @module */
import { assertNumber, type Key, normal, refusal } from '@gen/backend'
import {
  cholesky,
  columnMeans,
  forwardSolve,
  gram,
  identity,
  type Matrix64,
  standardized,
  transposed,
} from '@gen/linear-algebra'
import type { Distribution } from '@gen/model'
import { add, matMul, mul, square, sub, sum, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { given } from '../arguments.ts'
import { type Codes, readCodes } from '../codes.ts'

/** Options of {@link gaussianPrior}. */
export interface GaussianPriorOptions {
  /** Added to every variance as a share of the mean one, for dimensions that hardly vary. @default 1e-3 */
  floor?: number
}

const where = 'latentTools.gaussianPrior'

/**
 * Fits a Gaussian with full covariance to codes, which keeps inversion where the model's codes are.
 *
 * @throws GenError `shape` for an empty set; `non-finite`; `value` for dependent or constant dimensions with `floor: 0`.
 * @example
 * const prior = gaussianPrior(vae.encode(trainingImages))
 * const { z } = await locate(vae, images, { method: 'optimize', prior, key: key(0) })
 */
export function gaussianPrior(codes: Codes, options: GaussianPriorOptions = {}): Distribution {
  const { floor = 1e-3 } = given(where, options)
  assertNumber(where, 'floor', floor, { min: 0, exclusiveMax: Number.POSITIVE_INFINITY })
  const x = readCodes(where, 'codes', codes)
  const means = columnMeans(x)
  const found = cholesky(covarianceOf(x, means, floor))
  if (!found) {
    throw refusal('value', where, {
      expected: 'codes that vary in all directions',
      got: 'others',
      remedy: 'pass floor: 1e-3',
    })
  }
  const { factor } = found
  const size = x.columns
  const root = Float32Array.from(transposed(factor).data)
  const whiten = Float32Array.from(transposed(forwardSolve(factor, identity(size))).data)
  const logScale = Array.from({ length: size }, (_, i) => Math.log(factor.data[i * size + i]!)).reduce(
    (a, b) => a + b,
    0,
  )
  const constant = -logScale - 0.5 * size * Math.log(2 * Math.PI)
  const center = Float32Array.from(means)
  return {
    size,
    sample: (count: number, k: Key) =>
      tidy(() => add(matMul(normal(k, [count, size]) as Tensor2D, tensor2d(root, [size, size])), tensor1d(center))),
    logProb: (z: Tensor2D) =>
      tidy(() => {
        const white = matMul(sub(z, tensor1d(center)), tensor2d(whiten, [size, size]))
        return add(mul(sum(square(white), 1), -0.5), constant)
      }),
  }
}

function covarianceOf(x: Matrix64, means: Float64Array, floor: number): Matrix64 {
  const out = gram(standardized(x, means))
  let trace = 0
  for (let i = 0; i < out.data.length; i++) out.data[i]! /= Math.max(1, x.rows - 1)
  for (let i = 0; i < x.columns; i++) trace += out.data[i * x.columns + i]!
  // A single point, or a constant one, still has a density.
  const least = trace > 0 ? (floor * trace) / x.columns : 1e-12
  for (let i = 0; i < x.columns; i++) out.data[i * x.columns + i]! += least
  return out
}
