/** The path of data to noise, and how it changes their density. @module */
import { breather, refusal } from '@gen/backend'
import {
  add,
  concat,
  dispose,
  grad,
  keep,
  mul,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { letThrough, type Moving, tryStep } from '../samplers/bogacki-shampine.ts'
import { firstPace, levelAt, nextPace } from '../samplers/pace.ts'
import type { Prediction } from '../samplers/sampler.ts'
import type { Level } from '../schedules/level.ts'
import type { Probes } from './probes.ts'

/** What moves: the network at levels, one for each row, and where its trace is measured. */
export interface DensityField {
  readonly shape: readonly number[]
  predict(x: Tensor, levels: readonly Level[]): Prediction
  readonly probes: Probes
}

/** How far the path goes, and how carefully. */
export interface PathOptions {
  /** Angles of the ends, from data to noise. */
  readonly from: number
  readonly to: number
  readonly tolerance: number
  readonly steps: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Follows `dx/dθ = v = cos θ · ε − sin θ · x̂₀` together with `da/dθ = div v`, by which `log p` falls along it.
 *
 * @param start - Rows at the clean end, flattened: `[rows, size]`.
 * @returns `[rows, size + 1]`: x at the noise end and a beside it, and how often the field was asked.
 */
export async function followDensity(
  field: DensityField,
  start: Tensor2D,
  { from, to, tolerance, steps, signal }: PathOptions,
): Promise<{ end: Tensor2D; calls: number }> {
  const rows = start.shape[0]
  const at = (x: Tensor, angles: readonly number[]) => fieldAt(field, x as Tensor2D, angles)
  const breathe = breather()
  let pace = Array.from({ length: rows }, () => firstPace(from, to))
  const angles = pace.map(({ angle }) => angle)
  let here: Moving = tidy(() => ({ ...at(concat([start, tensor(new Float32Array(rows), [rows, 1])], 1), angles) }))
  try {
    for (let i = 1; i <= steps; i++) {
      const { x, slope, apart } = tidy(() => {
        const tried = tryStep(at, here, pace)
        return { ...tried.point, apart: tried.apart }
      })
      const errors = [...(await apart.data())].map((value) => value / tolerance)
      const old = here
      here = tidy(() => ({ x: letThrough(errors, x, old.x), slope: letThrough(errors, slope, old.slope) }))
      dispose([x, slope, apart, old.x, old.slope])
      pace = pace.map((row, r) => nextPace(row, errors[r]!, to))
      if (pace.every(({ length }) => length === 0)) return { end: here.x.clone() as Tensor2D, calls: 3 * i + 1 }
      await breathe()
      if (signal?.aborted)
        throw refusal('aborted', where, { expected: 'to go on', got: 'aborted', cause: signal.reason })
    }
    throw tooFew(steps, tolerance)
  } finally {
    dispose([here.x, here.slope])
  }
}

const where = 'diffusion.logLikelihood'

/** x with a beside it, and both slopes. To be run in a `tidy`. */
function fieldAt({ shape, predict, probes }: DensityField, x: Tensor2D, angles: readonly number[]): Moving {
  const [rows, columns] = x.shape
  const levels = angles.map(levelAt)
  const column = (of: (level: Level) => number) => tensor(levels.map(of), [rows, ...shape.map(() => 1)])
  const [signal, noise] = [column((level) => level.signal), column((level) => level.noise)]
  const velocity = (state: Tensor) => {
    const { eps, clean } = predict(state, levels)
    return sub(mul(eps, signal), mul(clean, noise))
  }
  const state = reshape(slice(x, [0, 0], [rows, columns - 1]), [rows, ...shape])
  const { value, trace } = withTrace(velocity, state, probes)
  return { x, slope: concat([reshape(value, [rows, columns - 1]), trace], 1) }
}

/** A function's value, and its Jacobian's trace as a column: of each probe z, zᵀJ is one gradient. */
function withTrace(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  { directions, weight }: Probes,
): { value: Tensor; trace: Tensor } {
  const [rows] = x.shape
  const kept: Tensor[] = []
  try {
    const traces = directions.map((z) => {
      const pulled = grad((state: Tensor) => {
        const value = f(state)
        if (kept.length === 0) kept.push(keep(value.clone()))
        return sum(mul(value, z))
      })(x)
      return sum(reshape(mul(pulled, z), [rows!, -1]), 1, true)
    })
    const total = traces.reduce((all, one) => add(all, one))
    return { value: kept[0]!.clone(), trace: mul(total, weight) }
  } finally {
    dispose(kept)
  }
}

function tooFew(steps: number, tolerance: number) {
  return refusal('range', where, {
    expected: `to reach the noise end in ${steps} steps with a tolerance of ${tolerance}`,
    got: 'rows on their way',
    remedy: `pass steps: ${2 * steps} or tolerance: ${10 * tolerance}`,
    details: { steps, tolerance },
  })
}
