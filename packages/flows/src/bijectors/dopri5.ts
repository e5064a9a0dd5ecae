/** The Dormand–Prince method for ordinary differential equations. @module */
import { GenError } from '@gen/backend'
import { abs, add, addN, div, maximum, mean, mul, square, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Options of {@link integrate}. */
export interface IntegrateOptions {
  /** Error allowed per step, relative to the state. @default 1e-6 */
  relativeTolerance?: number
  /** Error allowed per step, added to the relative one. @default 1e-6 */
  absoluteTolerance?: number
  /** Takes this many equal steps and reads nothing back. @default adaptive steps */
  steps?: number
  /** Attempted steps before giving up. @default 1000 */
  maxSteps?: number
}

/** Rows of the tableau; the last is also the fifth-order solution. */
const tableau: readonly (readonly number[])[] = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
const nodes = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
/** Fifth-order minus fourth-order weights. */
const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]

/**
 * Integrates `dx/dt = f(t, x)` from `from` to `to`.
 *
 * The step grows and shrinks with the estimated error, which is read back once a step (one norm over the whole batch);
 * gradients flow through the steps taken, with the step sizes as constants. WebGPU cannot read back at once: pass `steps`
 * there.
 *
 * @throws GenError `non-finite` where the state is no longer finite or `maxSteps` do not suffice.
 * @see A family of embedded Runge–Kutta formulae (Dormand & Prince, 1980) https://doi.org/10.1016/0771-050X(80)90013-3
 */
export function integrate(
  f: (t: number, x: Tensor) => Tensor,
  start: Tensor,
  from: number,
  to: number,
  { relativeTolerance = 1e-6, absoluteTolerance = 1e-6, steps, maxSteps = 1000 }: IntegrateOptions = {},
): Tensor {
  const span = to - from
  let [t, x, slope, h] = [from, start, f(from, start), span / (steps ?? 8)]
  if (steps !== undefined) {
    for (let i = 0; i < steps; i++) ({ x, slope } = step(f, from + i * h, x, slope, h))
    return x
  }
  for (let attempt = 0; attempt < maxSteps; attempt++) {
    const next = step(f, t, x, slope, h)
    const error = relativeError(next.error, x, next.x, relativeTolerance, absoluteTolerance)
    if (!Number.isFinite(error) && Math.abs(h) < 1e-6 * Math.abs(span)) break
    if (error <= 1) {
      t += h
      ;({ x, slope } = next)
      if (Math.abs(to - t) <= 1e-9 * Math.abs(span)) return x
    }
    const factor = Number.isFinite(error) ? 0.9 * Math.max(error, 1e-10) ** -0.2 : 0.1
    h *= Math.min(5, Math.max(0.2, factor))
    if (Math.abs(h) > Math.abs(to - t)) h = to - t
  }
  const remedy = 'lower the learning rate, or raise the tolerances'
  throw new GenError('non-finite', `flows.continuous: expected to reach t = ${to}, stopped at ${t}; ${remedy}`, {
    details: { t, step: h, maxSteps },
  })
}

interface Step {
  x: Tensor
  slope: Tensor
  error: Tensor
}

function step(f: (t: number, x: Tensor) => Tensor, t: number, x: Tensor, slope: Tensor, h: number): Step {
  const slopes = [slope]
  let next = x
  tableau.forEach((row, i) => {
    next = add(x, combine(row, slopes, h))
    slopes.push(f(t + nodes[i]! * h, next))
  })
  return { x: next, slope: slopes[6]!, error: combine(errorWeights, slopes, h) }
}

function combine(weights: readonly number[], slopes: readonly Tensor[], h: number): Tensor {
  const used = weights.flatMap((w, i) => (w === 0 ? [] : [mul(slopes[i]!, w * h)]))
  return used.length === 1 ? used[0]! : addN(used)
}

/** Root mean square of error / (absolute + relative·|x|): at most 1 is accepted. */
function relativeError(error: Tensor, before: Tensor, after: Tensor, relative: number, absolute: number): number {
  return tidy(() => {
    const scale = add(mul(maximum(abs(before), abs(after)), relative), absolute)
    return Math.sqrt(mean(square(div(error, scale))).dataSync()[0]!)
  })
}
