/** Planar flows. @module */
import { type Key, normalArray, split } from '@gen/backend'
import {
  abs,
  add,
  div,
  log,
  maximum,
  mul,
  neg,
  reshape,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tanh,
} from '@tensorflow/tfjs-core'
import type { Bijector } from './bijector.ts'
import { bisect } from './bisect.ts'
import { defineBijector } from './define-bijector.ts'
import { type ConditionalOptions, conditionalConfig, parameters } from './parameters.ts'
import { type EventShape, eventShape, flattenEvents, sizeOf } from './shape.ts'

/** Options of {@link planar}. */
export interface PlanarOptions extends ConditionalOptions {
  /** Randomness of the parameters. */
  key: Key
}

const smallest = 1e-3

/**
 * Creates a planar flow: `y = x + û·tanh(w·x + b)`, `det J = 1 + û·w·(1 − tanh²)`.
 *
 * û is u, corrected along w so that `w·û > −1`, which makes the map invertible. `inverse` solves the one scalar equation
 * `a + w·û·tanh(a + b) = w·y` by bisection, and a Newton step gives it its exact gradient.
 *
 * @see Variational Inference with Normalizing Flows (Rezende & Mohamed, 2015) https://arxiv.org/abs/1505.05770
 * @example
 * const layers = chain([planar(2, { key: key(0) }), planar(2, { key: key(1) })])
 */
export function planar(shape: EventShape, { key, ...options }: PlanarOptions): Bijector {
  const where = 'flows.planar'
  const event = eventShape(where, shape)
  const size = sizeOf(event)
  const [forW, forU, forNetwork] = split(key, 3)
  const theta = parameters({
    ...options,
    key: forNetwork!,
    initial: [scaled(forW!, size, 1 / Math.sqrt(size)), scaled(forU!, size, 0.1), new Float32Array(1)],
  })

  function fitted(context: Tensor | undefined): Fitted {
    const [w, u, b] = theta.pieces(context)
    return constrain(w!, u!, b!)
  }

  return defineBijector({
    config: { kind: 'planar', shape: event, ...conditionalConfig(where, options) },
    context: options.context ?? 0,
    variables: () => theta.variables(),
    forward: (x, { context }) => {
      const { w, u, b, wu } = fitted(context)
      const flat = flattenEvents(x)
      const t = tanh(add(sum(mul(flat, w), 1, true), b))
      return { value: reshape(add(flat, mul(u, t)), x.shape), logDet: logDeterminant(t, wu) }
    },
    inverse: (y, { context }) => {
      const { w, u, b, wu } = fitted(context)
      const flat = flattenEvents(y)
      const t = tanh(add(solve(sum(mul(flat, w), 1, true), wu, b), b))
      return { value: reshape(sub(flat, mul(u, t)), y.shape), logDet: neg(logDeterminant(t, wu)) }
    },
  })
}

/** All `[batch or 1, …]`; wu is w·u, `[…, 1]`, after the constraint. */
interface Fitted {
  w: Tensor
  u: Tensor
  b: Tensor
  wu: Tensor
}

/** Moves u along w until w·u = −1 + ε + (1 − ε)·softplus(w·u + log(e − 1)), which is > −1, and 0 at 0. */
function constrain(w: Tensor, u: Tensor, b: Tensor): Fitted {
  const free = sum(mul(w, u), 1, true)
  const wanted = add(mul(softplus(add(free, Math.log(Math.E - 1))), 1 - smallest), smallest - 1)
  const along = div(mul(w, sub(wanted, free)), maximum(sum(square(w), 1, true), 1e-12))
  const moved = add(u, along)
  return { w, u: moved, b, wu: maximum(sum(mul(w, moved), 1, true), smallest - 1) }
}

function logDeterminant(t: Tensor, wu: Tensor): Tensor1D {
  const determinant = add(mul(wu, sub(1, square(t))), 1)
  return reshape(log(maximum(determinant, smallest / 2)), [-1])
}

/** Solves a + s·tanh(a + b) = q for a, row by row. */
function solve(q: Tensor, s: Tensor, b: Tensor): Tensor {
  const rough = bisect((a) => sub(add(a, mul(s, tanh(add(a, b)))), q), sub(q, abs(s)), add(q, abs(s)))
  const t = tanh(add(rough, b))
  const residual = sub(add(rough, mul(s, t)), q)
  return sub(rough, div(residual, add(mul(s, sub(1, square(t))), 1)))
}

function scaled(k: Key, size: number, factor: number): Float32Array {
  return normalArray(k, 1, size).map((value) => value * factor)
}
