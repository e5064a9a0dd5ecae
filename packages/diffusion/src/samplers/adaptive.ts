/** A sampler that finds its steps by itself. @module */
import { assertInteger, assertNumber, type GenError, refusal } from '@gen/backend'
import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { levelOf } from '../schedules/level.ts'
import { letThrough, type Point, pointAt, tryStep } from './bogacki-shampine.ts'
import { angleOf, firstPace, nextPace } from './pace.ts'
import type { Sampler, SamplerContext, SamplerState } from './sampler.ts'

/** Options of {@link adaptive}. */
export interface AdaptiveOptions {
  /** Error of a step that is let through, in units of the data's deviation. @default 0.01 */
  tolerance?: number
  /** Tries, for the row that takes most. @default 200 */
  steps?: number
}

/**
 * Deterministic sampling with steps of its own: Bogacki and Shampine's pair of orders 3 and 2 along the angle θ of
 * `x = cos θ · x₀ + sin θ · ε`, whose slope `v = cos θ · ε − sin θ · x̂₀` stays finite at both ends; from the schedule's clean end
 * it goes straight to x̂₀. A PI controller sets each row's own step, so a row's samples do not depend on its neighbors; the
 * network is asked for all rows until the last is done. Order 3; three calls a try, and one.
 *
 * @throws GenError `range` for a tolerance not in (0, 1) or fewer than 1 step; while sampling where `steps` do not suffice.
 * @see A 3(2) pair of Runge–Kutta formulas (Bogacki and Shampine, 1989) https://doi.org/10.1016/0893-9659(89)90079-7
 * @see Gotta go fast when generating data with score-based models (Jolicoeur-Martineau et al., 2021) https://arxiv.org/abs/2105.14080
 * @example
 * const images = await model.sample({ count: 4, sampler: adaptive({ tolerance: 0.01 }), key: key(0) })
 */
export function adaptive({ tolerance = 0.01, steps = 200 }: AdaptiveOptions = {}): Sampler {
  const name = 'diffusion.adaptive'
  assertNumber(name, 'tolerance', tolerance, { exclusiveMin: 0, exclusiveMax: 1 })
  assertInteger(name, 'steps', steps, { min: 1 })
  return {
    name: 'adaptive',
    steps,
    config: { kind: 'adaptive', tolerance, steps },
    run: (context) => run(context, tolerance, steps),
  }
}

function* run(
  { start, schedule, predict }: SamplerContext,
  tolerance: number,
  steps: number,
): Generator<SamplerState, Tensor, undefined> {
  const [from, end] = [1, 0].map((t) => angleOf(levelOf(schedule.alpha(t)))) as [number, number]
  let pace = Array.from({ length: start.shape[0]! }, () => firstPace(from, end))
  const angles = pace.map(({ angle }) => angle)
  const at = (x: Tensor, of: readonly number[]) => pointAt(predict, x, of)
  let here = tidyPoint(() => at(start.clone(), angles))
  let held: Tensor[] = Object.values({ ...here })
  try {
    for (let i = 0; i < steps; i++) {
      const { apart, ...point } = tidy(() => {
        const tried = tryStep(at, here, pace)
        return { ...tried.point, apart: tried.apart }
      })
      held.push(...Object.values(point), apart)
      const noisiest = Math.max(...pace.map(({ angle }) => angle))
      yield { step: i + 1, alpha: Math.cos(noisiest) ** 2, x: here.x, clean: here.clean, reads: apart }
      const errors = [...apart.dataSync()].map((value) => value / tolerance)
      const old = held
      here = tidyPoint(() => choose(errors, point, here))
      held = Object.values({ ...here })
      dispose(old)
      pace = pace.map((row, r) => nextPace(row, errors[r]!, end))
      if (pace.some(({ length }) => length !== 0)) continue
      return here.clean.clone()
    }
    throw tooFew(steps, tolerance)
  } finally {
    dispose(held)
  }
}

function tidyPoint(make: () => Point): Point {
  return tidy(() => ({ ...make() }))
}

/** The new point where its error is let through, the old one in other rows. */
function choose(errors: readonly number[], there: Point, here: Point): Point {
  const of = (a: Tensor, b: Tensor) => letThrough(errors, a, b)
  return { x: of(there.x, here.x), clean: of(there.clean, here.clean), slope: of(there.slope, here.slope) }
}

function tooFew(steps: number, tolerance: number): GenError {
  return refusal('range', 'diffusion.adaptive', {
    expected: `to get there in ${steps} steps with a tolerance of ${tolerance}`,
    got: 'rows on their way',
    remedy: `pass steps: ${2 * steps} or tolerance: ${10 * tolerance}`,
    details: { steps, tolerance },
  })
}
