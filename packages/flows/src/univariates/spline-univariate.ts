/** Monotonic splines of one number. @module */
import { assertInteger, assertNumber, defineOp, type Op } from '@gen/backend'
import {
  concat,
  exp,
  matMul,
  mul,
  ones,
  reshape,
  slice,
  softmax,
  squeeze,
  stack,
  sub,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { boundedLog } from '../bijectors/bounded-log.ts'
import { type Elementwise, type Knots, rationalQuadratic } from './rational-quadratic.ts'
import { offerSplineKernels, type SplineAttributes, splineName } from './spline-kernel.ts'
import type { Univariate } from './univariate.ts'

/** Options of {@link splineUnivariate}. */
export interface SplineOptions {
  /** Bins K. @default 8 */
  bins?: number
  /** The spline acts on [-bound, bound] and is the identity outside. @default 5 */
  bound?: number
  /** The derivatives at the knots, and the ratios of bin sizes, stay within (slope, 1/slope). @default 1e-3 */
  slope?: number
}

/** The spline in tfjs operations: numbers `[n]` and parameters `[n, 3K − 1]` to `[2, n]`, values and log-derivatives. */
export function composedSpline([x, theta]: Tensor[], attributes: SplineAttributes): Tensor {
  const { value, logDet } = rationalQuadratic(x!, splineKnots(theta as Tensor2D, attributes), attributes)
  return stack([value, logDet])
}

const spline: Op<SplineAttributes> = defineOp({ name: splineName, composed: composedSpline })

/**
 * Monotonic rational-quadratic splines with linear tails. θ holds K widths and K heights (through a softmax) and the
 * logarithms of the K − 1 inner derivatives, all bounded; θ = 0 is the identity. Standardize the data: what lies outside
 * of [-bound, bound] is not changed.
 *
 * @throws GenError `value` or `range` for bins below 2, a bound ≤ 0 or a slope outside (0, 1).
 * @see Neural Spline Flows (Durkan et al., 2019) https://arxiv.org/abs/1906.04032
 * @example
 * const layer = coupling(4, { univariate: splineUnivariate({ bins: 16 }), key: key(0) })
 */
export function splineUnivariate({ bins = 8, bound = 5, slope = 1e-3 }: SplineOptions = {}): Univariate {
  const name = 'flows.splineUnivariate'
  assertInteger(name, 'bins', bins, { min: 2 })
  assertNumber(name, 'bound', bound, { exclusiveMin: 0, exclusiveMax: Infinity })
  assertNumber(name, 'slope', slope, { exclusiveMin: 0, exclusiveMax: 1 })
  const parameters = 3 * bins - 1
  const apply = (x: Tensor, theta: Tensor, inverse: boolean): Elementwise => {
    offerSplineKernels()
    const both = spline([reshape(x, [-1]), reshape(theta, [-1, parameters])], { bins, bound, slope, inverse })
    const row = (i: number) => reshape(squeeze(slice(both, [i, 0], [1, -1]), [0]), x.shape)
    return { value: row(0), logDet: row(1) }
  }
  return {
    config: { kind: 'spline', bins, bound, slope },
    parameters,
    forward: (x, theta) => apply(x, theta, false),
    inverse: (y, theta) => apply(y, theta, true),
  }
}

function splineKnots(theta: Tensor2D, { bins, bound, slope }: SplineAttributes): Knots {
  const [rows] = theta.shape
  const ratio = Math.sqrt(slope)
  const sizes = (begin: number) => softmax(boundedLog(slice(theta, [0, begin], [-1, bins]), ratio))
  const inner = exp(boundedLog(slice(theta, [0, 2 * bins], [-1, bins - 1]), slope))
  const end = ones([rows, 1])
  return {
    x: knotPositions(sizes(0) as Tensor2D, bound),
    y: knotPositions(sizes(bins) as Tensor2D, bound),
    slope: concat([end, inner, end], 1),
  }
}

/** Running sums from −bound to bound, by a triangular product: tfjs's cumsum fails in a gradient on the last axis. */
function knotPositions(sizes: Tensor2D, bound: number): Tensor {
  const bins = sizes.shape[1]
  const triangle = new Float32Array(bins * (bins + 1))
  for (let bin = 0; bin < bins; bin++) triangle.fill(1, bin * (bins + 1) + bin + 1, (bin + 1) * (bins + 1))
  return mul(sub(mul(matMul(sizes, tensor2d(triangle, [bins, bins + 1])), 2), 1), bound)
}
