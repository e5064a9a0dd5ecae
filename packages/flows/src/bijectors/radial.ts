/** Radial flows. @module */
import { type Key, normalArray, split } from '@gen/backend'
import {
  abs,
  add,
  where as choose,
  div,
  exp,
  expm1,
  greaterEqual,
  log,
  maximum,
  mul,
  neg,
  reshape,
  sqrt,
  square,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import type { Bijector } from './bijector.ts'
import { boundedLog } from './bounded-log.ts'
import { defineBijector } from './define-bijector.ts'
import { type ConditionalOptions, conditionalConfig, parameters } from './parameters.ts'
import { type EventShape, eventShape, flattenEvents, sizeOf } from './shape.ts'

/** Options of {@link radial}. */
export interface RadialOptions extends ConditionalOptions {
  /** Randomness of the parameters. */
  key: Key
}

const slope = 1e-3

/**
 * Creates a radial flow: `y = x + β/(α + r)·(x − x₀)` with `r = |x − x₀|`: it draws in or blows up a ball around x₀.
 *
 * `α` in (10⁻³, 10³) and `β > −α`, which makes it invertible; `inverse` is closed form, the root of a quadratic equation.
 * `det J = (1 + βh)^(d−1)·(1 + βα/(α + r)²)` with h = 1/(α + r).
 *
 * @see Variational Inference with Normalizing Flows (Rezende & Mohamed, 2015) https://arxiv.org/abs/1505.05770
 * @example
 * const layer = radial(2, { key: key(0) })
 */
export function radial(shape: EventShape, { key, ...options }: RadialOptions): Bijector {
  const where = 'flows.radial'
  const event = eventShape(where, shape)
  const size = sizeOf(event)
  const [forCenter, forBeta, forNetwork] = split(key, 3)
  const theta = parameters({
    ...options,
    key: forNetwork!,
    initial: [
      normalArray(forCenter!, 1, size),
      new Float32Array(1),
      normalArray(forBeta!, 1, 1).map((value) => value * 0.1),
    ],
  })

  function fitted(context: Tensor | undefined): Ball {
    const [center, rawAlpha, rawBeta] = theta.pieces(context)
    const alpha = exp(boundedLog(rawAlpha!, slope))
    return { center: center!, alpha, beta: mul(alpha, expm1(boundedLog(rawBeta!, slope))) }
  }

  return defineBijector({
    config: { kind: 'radial', shape: event, ...conditionalConfig(where, options) },
    context: options.context ?? 0,
    variables: () => theta.variables(),
    forward: (x, { context }) => {
      const ball = fitted(context)
      const offset = sub(flattenEvents(x), ball.center)
      const r = norm(offset)
      const value = add(ball.center, mul(offset, stretch(r, ball)))
      return { value: reshape(value, x.shape), logDet: logDeterminant(r, ball, size) }
    },
    inverse: (y, { context }) => {
      const ball = fitted(context)
      const offset = sub(flattenEvents(y), ball.center)
      const r = radiusBefore(norm(offset), ball)
      const value = add(ball.center, div(offset, stretch(r, ball)))
      return { value: reshape(value, y.shape), logDet: neg(logDeterminant(r, ball, size)) }
    },
  })
}

interface Ball {
  center: Tensor
  alpha: Tensor
  beta: Tensor
}

/** The small number keeps the gradient finite at the center. */
function norm(offset: Tensor): Tensor {
  return sqrt(add(sum(square(offset), 1, true), 1e-12))
}

function stretch(r: Tensor, { alpha, beta }: Ball): Tensor {
  return add(div(beta, add(alpha, r)), 1)
}

/** The r with r·(1 + β/(α + r)) = ρ: r² + (α + β − ρ)·r − ρα = 0, in the form without cancellation. */
function radiusBefore(rho: Tensor, { alpha, beta }: Ball): Tensor {
  const b = sub(add(alpha, beta), rho)
  const product = mul(mul(rho, alpha), 4)
  const large = maximum(add(abs(b), sqrt(maximum(add(square(b), product), 1e-20))), 1e-10)
  return choose(greaterEqual(b, 0), div(mul(product, 0.5), large), mul(large, 0.5))
}

function logDeterminant(r: Tensor, ball: Ball, size: number): Tensor1D {
  const { alpha, beta } = ball
  const along = add(div(mul(beta, alpha), square(add(alpha, r))), 1)
  const both = add(mul(log(stretch(r, ball)), size - 1), log(along))
  return squeeze(both, [1])
}
