/** What all trainings of few-step models have in common. @module */
import { assertShape, type Key, labelTensor, normal, poisonUnknown, refusal, split } from '@gen/backend'
import type { Losses, Player, Trainable } from '@gen/model'
import {
  add,
  mean,
  mul,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import { droppedCondition } from '../losses/dropped-condition.ts'
import type { DiffusionBatch } from '../losses/loss-model.ts'
import type { DenoisingCondition } from '../networks/network.ts'
import { normalizer } from '../normalize.ts'
import type { Prediction } from '../samplers/sampler.ts'
import type { Level } from '../schedules/level.ts'
import { leastSignal } from '../schedules/schedule.ts'

/** A row of data, noise and what is told of it, of unit variance. */
export interface Drawn {
  readonly x0: Tensor
  readonly eps: Tensor
  readonly condition: DenoisingCondition
  /** For what else is drawn. */
  readonly key: Key
}

/** A training of one model, whose loss is a distance of each row `[batch]`. */
export function fewStepTraining(
  name: string,
  student: Diffusion,
  rowLosses: (drawn: Drawn) => Tensor1D,
): Trainable<DiffusionBatch> {
  const [{ state, check }] = student.players
  const player: Player<DiffusionBatch> = {
    name: 'student',
    variables: () => student.variables(),
    ...(state && { state }),
    ...(check && { check }),
    loss: (batch, k) =>
      tidy(() => {
        const drawn = drawRows(name, student, batch, k)
        const each = poisonUnknown(rowLosses(drawn), drawn.condition.label)
        const total = mean(each) as Scalar
        return { total, perDimension: mul(total, (batch.x.shape[0] ?? 0) / batch.x.size) as Scalar }
      }) as Losses,
  }
  return { players: [player] }
}

/** Noise and, with the student's chance, "no class" for each row. */
function drawRows(where: string, { shape, config }: Diffusion, batch: DiffusionBatch, k: Key): Drawn {
  assertShape(where, 'batch.x', batch.x, [null, ...shape])
  const { classes, dropLabel } = config
  const [forNoise, forLabels, rest] = split(k, 3)
  const rows = batch.x.shape[0] ?? 0
  const data = normalizer(config)
  const x0 = data.normalize(batch.x)
  const eps = batch.noise ?? normal(forNoise!, batch.x.shape)
  const label = labelTensor(where, classes > 0 ? batch.labels : undefined, { rows, classes })
  const known = { label, context: batch.condition?.context }
  return { x0, eps, key: rest!, condition: droppedCondition({ classes, dropLabel, data }, known, forLabels!, rows) }
}

/** `s x₀ + n ε` at a level of each row's own, or as {@link Prediction} says: also a straight step from there. */
export function stateAt({ clean, eps }: Prediction, levels: readonly Level[]): Tensor {
  return add(
    mul(
      clean,
      columnOf(levels, ({ signal }) => signal, clean),
    ),
    mul(
      eps,
      columnOf(levels, ({ noise }) => noise, clean),
    ),
  )
}

/** A number for each row, to scale the rows of x. */
export function columnOf<T>(rows: readonly T[], of: (row: T) => number, x: Tensor): Tensor {
  return reshape(tensor1d(rows.map(of)), [rows.length, ...x.shape.slice(1).map(() => 1)])
}

/** Sums over all but the rows. */
export function sumRows(x: Tensor): Tensor1D {
  return sum(reshape(x, [x.shape[0] ?? 0, -1]), 1) as Tensor1D
}

/**
 * Asserts that a teacher speaks of the same data as its student.
 *
 * @throws GenError `config` for another shape, classes or units, or where the student's path has no signal and the teacher needs some.
 */
export function assertTeacher(where: string, teacher: Diffusion, student: Diffusion): void {
  const own = (model: Diffusion) => {
    const { classes, range, mean: center, std } = model.config
    return JSON.stringify({ shape: model.shape, classes, range, mean: center, std })
  }
  if (own(teacher) !== own(student)) {
    const remedy = 'make both with the same data options and classes'
    throw refusal('config', where, { expected: `a teacher with ${own(student)}`, got: own(teacher), remedy })
  }
  const end = student.schedule.alpha(1)
  if (end >= leastSignal || !teacher.prediction.needsSignal) return
  throw refusal('config', where, {
    expected: `a student whose path ends with a signal, which a teacher with prediction ${teacher.config.prediction.kind} needs`,
    got: `α(1) = ${end}`,
    remedy: 'end its schedule earlier, as with rectifiedFlow({ end: 0.98 })',
  })
}
