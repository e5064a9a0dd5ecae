/** The monotonic rational-quadratic spline, element by element. @module */
import {
  add,
  cast,
  clipByValue,
  concat,
  div,
  expandDims,
  greaterEqual,
  lessEqual,
  log,
  logicalAnd,
  maximum,
  minimum,
  mul,
  neg,
  onesLike,
  reshape,
  slice,
  sqrt,
  square,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'

/** The knots of splines, each `[..., K + 1]`, ascending in x and in y. */
export interface Knots {
  /** Where the bins begin and end. */
  readonly x: Tensor
  /** The spline's values there. */
  readonly y: Tensor
  /** The spline's derivatives there, > 0. */
  readonly slope: Tensor
}

/** A value and `log|dy/dx|` per element. */
export interface Elementwise {
  readonly value: Tensor
  readonly logDet: Tensor
}

/** Options of {@link rationalQuadratic}. */
export interface RationalQuadraticOptions {
  /** Whether the argument is y and the result x. @default false */
  inverse?: boolean
}

/**
 * Evaluates monotonic rational-quadratic splines, one per element; outside of its outer knots a spline is the identity.
 *
 * In a bin of width w and height h, with `ξ = (x − x₀)/w`, `s = h/w` and the derivatives d₀, d₁ at its ends,
 * `y = y₀ + h·(s·ξ² + d₀·ξ(1−ξ)) / (s + (d₀ + d₁ − 2s)·ξ(1−ξ))`. The argument is clamped into its spline before the
 * formula, and the discriminant of the inverse at zero, so that no branch is ever NaN.
 *
 * @param x - Any shape `[...]`; with `inverse`, the values y.
 * @param knots - Each `[..., K + 1]`.
 * @see Neural Spline Flows (Durkan et al., 2019) https://arxiv.org/abs/1906.04032
 * @example
 * const knots = { x: tensor2d([[-1, 0, 1]]), y: tensor2d([[-1, 0.5, 1]]), slope: ones([1, 3]) }
 * const { value, logDet } = rationalQuadratic(tensor1d([0.3]), knots)
 */
export function rationalQuadratic(
  x: Tensor,
  knots: Knots,
  { inverse = false }: RationalQuadraticOptions = {},
): Elementwise {
  return tidy(() => {
    // Flat, for tfjs's WebGPU slices five dimensions wrongly.
    const flat = (t: Tensor) => reshape(t, [-1, t.shape[t.shape.length - 1] as number])
    const flatKnots = { x: flat(knots.x), y: flat(knots.y), slope: flat(knots.slope) }
    const { value, logDet } = evaluate(reshape(x, [-1]), flatKnots, inverse)
    return { value: reshape(value, x.shape), logDet: reshape(logDet, x.shape) }
  })
}

/** x `[n]`, knots `[n, K + 1]`. */
function evaluate(x: Tensor, knots: Knots, inverse: boolean): Elementwise {
  const along = inverse ? knots.y : knots.x
  const bins = (along.shape[1] as number) - 1
  const [first, last] = [squeeze(part(along, 0, 1), [1]), squeeze(part(along, bins, 1), [1])]
  const inside = logicalAnd(greaterEqual(x, first), lessEqual(x, last))
  const clamped = minimum(maximum(x, first), last)
  const bin = selectBin(clamped, along, knots, bins)
  const { value, logDet } = inverse ? backward(clamped, bin) : forward(clamped, bin)
  return { value: where(inside, value, x), logDet: where(inside, logDet, zerosLike(logDet)) }
}

/** The bin that each element falls into. */
interface Bin {
  x0: Tensor
  width: Tensor
  y0: Tensor
  height: Tensor
  d0: Tensor
  d1: Tensor
}

function part(t: Tensor, begin: number, size: number): Tensor {
  return slice(t as Tensor2D, [0, begin], [-1, size])
}

/** Picks by a one-hot mask: a gather would need a scatter as its gradient, which not every backend has. */
function selectBin(x: Tensor, along: Tensor, knots: Knots, bins: number): Bin {
  const passed = cast(greaterEqual(expandDims(x, -1), part(along, 1, bins - 1)), 'float32')
  const one = onesLike(part(along, 0, 1))
  const mask = sub(concat([one, passed], -1), concat([passed, zerosLike(one)], -1))
  const pick = (t: Tensor, begin: number) => sum(mul(mask, part(t, begin, bins)), -1)
  const [x0, y0] = [pick(knots.x, 0), pick(knots.y, 0)]
  return {
    x0,
    y0,
    width: sub(pick(knots.x, 1), x0),
    height: sub(pick(knots.y, 1), y0),
    d0: pick(knots.slope, 0),
    d1: pick(knots.slope, 1),
  }
}

function forward(x: Tensor, bin: Bin): Elementwise {
  const { x0, width, y0, height, d0 } = bin
  const xi = clipByValue(div(sub(x, x0), width), 0, 1)
  const s = div(height, width)
  const { bump, denominator, logDerivative } = shape(xi, s, bin)
  const numerator = add(mul(s, square(xi)), mul(d0, bump))
  return { value: add(y0, mul(height, div(numerator, denominator))), logDet: logDerivative }
}

function backward(y: Tensor, bin: Bin): Elementwise {
  const { x0, width, y0, height, d0, d1 } = bin
  const s = div(height, width)
  const eta = clipByValue(div(sub(y, y0), height), 0, 1)
  const etaCurve = mul(eta, sub(add(d0, d1), mul(s, 2)))
  // a·ξ² + b·ξ + c = 0, divided by the height so that its size does not depend on the bin's.
  const a = add(sub(s, d0), etaCurve)
  const b = sub(d0, etaCurve)
  const c = neg(mul(s, eta))
  const root = sqrt(maximum(sub(square(b), mul(mul(a, c), 4)), 1e-20))
  const xi = clipByValue(div(mul(c, -2), add(b, root)), 0, 1)
  return { value: add(x0, mul(xi, width)), logDet: neg(shape(xi, s, bin).logDerivative) }
}

/** What forward and inverse share: ξ(1−ξ), the denominator and the log-derivative. */
function shape(xi: Tensor, s: Tensor, { d0, d1 }: Bin): { bump: Tensor; denominator: Tensor; logDerivative: Tensor } {
  const rest = sub(1, xi)
  const bump = mul(xi, rest)
  const denominator = add(s, mul(sub(add(d0, d1), mul(s, 2)), bump))
  const slopes = add(add(mul(d1, square(xi)), mul(mul(s, 2), bump)), mul(d0, square(rest)))
  const logDerivative = sub(add(mul(log(s), 2), log(slopes)), mul(log(denominator), 2))
  return { bump, denominator, logDerivative }
}
