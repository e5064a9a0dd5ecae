/** MeanFlow: the average velocity between two times, which leads from noise to data in one step. @module */
import { assertNumber, fold, type Key, refusal, uniformArray, withoutGradient } from '@gen/backend'
import type { Trainable } from '@gen/model'
import { add, div, mul, pow, square, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DiffusionBatch } from '../losses/loss-model.ts'
import type { DenoisingCondition } from '../networks/network.ts'
import { averageVelocity, type Interval, intervalSize } from './average-velocity.ts'
import { columnOf, fewStepTraining, sumRows } from './few-step-player.ts'

/** Options of {@link meanFlow}. */
export interface MeanFlowOptions {
  /** A {@link flowMatching} model whose network takes `augmentation: 6`, by which it is told of the interval. */
  student: Diffusion
  /** Share of rows whose interval has a length; the others are plain flow matching. @default 0.25 */
  share?: number
  /** Power of the squared error by which a row's loss is divided: 0 is the squared error, 1 bounds it. @default 1 */
  power?: number
}

/**
 * MeanFlow: along the straight path `z_t = (1 − t) x₀ + t ε` the network learns the average velocity
 * `u(z_t, r, t) = (1/(t − r)) ∫_r^t v dτ`, for which `u = v − (t − r) du/dt` with `du/dt = v · ∂u/∂z + ∂u/∂t`. The loss is the squared
 * distance of u from the right-hand side at `v = ε − x₀`, without a gradient of it, divided by its own size to the power `power`. For r = t it
 * is flow matching. Sample with {@link meanFlowSample}, for no other sampler tells the network of its interval.
 *
 * As the target has no gradient, du/dt is a number, not a graph: the symmetric difference of two forward passes along
 * the tangent, which any network has, also where a second derivative is missing, and which costs less than one.
 *
 * @throws GenError `config` for a student that does not predict the flow or is not told of the interval, `range` for other options.
 * @see Mean flows for one-step generative modeling (Geng et al., 2025) https://arxiv.org/abs/2505.13447
 * @example
 * const network = unet({ shape: [8, 8, 1], widths: [4, 4], augmentation: 6, key: key(0) })
 * const student = flowMatching({ network })
 * const images = { at: (i: number) => ({ x: uniform(key(i), [4, 8, 8, 1]) }) }
 * await last(fit(meanFlow({ student }), images, { steps: 2, optimizer: adamW(), key: key(1) }))
 * const samples = await meanFlowSample(student, { count: 4, steps: 1, key: key(2) })
 */
export function meanFlow({ student, share = 0.25, power = 1 }: MeanFlowOptions): Trainable<DiffusionBatch> {
  assertMeanFlow(name, student)
  assertNumber(name, 'share', share, { min: 0, max: 1 })
  assertNumber(name, 'power', power, { min: 0, max: 2 })
  return fewStepTraining(name, student, ({ x0, eps, condition, key }) => {
    const rows = drawIntervals(key, x0.shape[0] ?? 0, share)
    const z = add(
      mul(
        x0,
        columnOf(rows, ({ to }) => 1 - to, x0),
      ),
      mul(
        eps,
        columnOf(rows, ({ to }) => to, x0),
      ),
    )
    const velocity = sub(eps, x0)
    const target = withoutGradient(() => tidy(() => meanTarget(student, { z, velocity, rows, condition })))
    const error = sumRows(square(sub(averageVelocity(student, z, rows, condition), target)))
    if (power === 0) return error
    return div(
      error,
      pow(
        add(
          withoutGradient(() => error.clone()),
          adaptiveFloor,
        ),
        power,
      ),
    ) as Tensor1D
  })
}

const name = 'diffusion.meanFlow'
const adaptiveFloor = 1e-3

/** Half the length in time of the difference quotient: float32 leaves about 10⁻⁵ of it, the third derivative h²/6. */
const halfLength = 0.005

/** A state on its straight path. */
interface OnPath {
  readonly z: Tensor
  readonly velocity: Tensor
  readonly rows: readonly Interval[]
  readonly condition: DenoisingCondition
}

/** `v − (t − r) du/dt`. */
function meanTarget(student: Diffusion, path: OnPath): Tensor {
  const lengths = columnOf(path.rows, ({ from, to }) => to - from, path.z)
  return sub(path.velocity, mul(alongTangent(student, path), lengths))
}

/** `du/dt = v · ∂u/∂z + ∂u/∂t`, by two forward passes; one-sided at the ends of time. */
export function alongTangent(student: Diffusion, { z, velocity, rows, condition }: OnPath): Tensor {
  const before = rows.map(({ to }) => Math.max(0, to - halfLength))
  const after = rows.map(({ to }) => Math.min(1, to + halfLength))
  const at = (ends: readonly number[]) => {
    const moved = rows.map(({ from, to }, i) => ({ from, to: ends[i]!, length: ends[i]! - to }))
    const there = add(
      z,
      mul(
        velocity,
        columnOf(moved, ({ length }) => length, z),
      ),
    )
    return averageVelocity(student, there, moved, condition)
  }
  const weights = after.map((end, i) => 1 / (end - before[i]!))
  return mul(
    sub(at(after), at(before)),
    columnOf(weights, (weight) => weight, z),
  )
}

/** Two times of each row, even in [0, 1] and in order; both the same in rows of plain flow matching. */
function drawIntervals(k: Key, rows: number, share: number): Interval[] {
  const [times, chances] = [uniformArray(fold(k, 0), rows, 2), uniformArray(fold(k, 1), rows, 1)]
  return Array.from({ length: rows }, (_, i) => {
    const [a, b] = [times[2 * i]!, times[2 * i + 1]!]
    return chances[i]! < share ? { from: Math.min(a, b), to: Math.max(a, b) } : { from: a, to: a }
  })
}

/** Refuses a student that has no average velocity, as far as its network says how it was made. */
export function assertMeanFlow(where: string, { config }: Diffusion): void {
  const { kind, augmentation } = config.network
  const told = augmentation ?? (kind === 'unet' || kind === 'pointDenoiser' ? 0 : intervalSize)
  if (config.prediction.kind === 'flow' && told === intervalSize) return
  throw refusal('config', where, {
    expected: `a student that predicts the flow, told of the interval by ${intervalSize} numbers`,
    got: `prediction ${config.prediction.kind}, told by ${told}`,
    remedy: `make it with flowMatching and a network with augmentation: ${intervalSize}`,
  })
}
