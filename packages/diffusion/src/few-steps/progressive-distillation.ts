/** Progressive distillation: a student that does two of its teacher's steps at once. @module */
import { assertInteger, uniformArray, withoutGradient } from '@gen/backend'
import type { Trainable } from '@gen/model'
import { mul, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DiffusionBatch } from '../losses/loss-model.ts'
import type { Prediction } from '../samplers/sampler.ts'
import type { Level } from '../schedules/level.ts'
import { assertLevels } from '../spacings/spacing.ts'
import { trailingSpacing } from '../spacings/trailing.ts'
import { assertTeacher, columnOf, fewStepTraining, stateAt, sumRows } from './few-step-player.ts'

/** Options of {@link progressiveDistillation}. */
export interface ProgressiveDistillationOptions {
  /** What is trained; it should begin with the teacher's weights. */
  student: Diffusion
  /** A model that samples well in twice as many steps. */
  teacher: Diffusion
  /** Steps that the student shall need. */
  steps: number
}

/**
 * One round of progressive distillation: of a state at one of the student's levels two DDIM steps of the teacher lead to the next; the
 * student learns the one x̂₀ and ε whose straight step leads to the same place, `x = s x̂₀ + n ε` and `x″ = s″ x̂₀ + n″ ε`. The
 * loss is ‖v − v̂‖² with `v = s ε − n x̂₀`, which weighs x̂₀ by SNR + 1. The next round takes this student for its teacher and halves the steps.
 *
 * Sample with `ddim({ steps, spacing: trailingSpacing() })`, whose levels are those that were trained.
 *
 * @throws GenError `range` for fewer than 1 step, `config` for a teacher of other data.
 * @see Progressive distillation for fast sampling of diffusion models (Salimans and Ho, 2022) https://arxiv.org/abs/2202.00512
 * @example
 * const student = diffusionFromConfig(model.config)
 * writeWeights(student, await readWeights(model)) // of @gen/train
 * const training = progressiveDistillation({ student, teacher: model, steps: 4 })
 * await last(fit(training, batches, { steps: 20, optimizer: adamW(), key: key(1) }))
 */
export function progressiveDistillation({
  student,
  teacher,
  steps,
}: ProgressiveDistillationOptions): Trainable<DiffusionBatch> {
  const name = 'diffusion.progressiveDistillation'
  assertInteger(name, 'steps', steps, { min: 1 })
  assertTeacher(name, teacher, student)
  const levels = assertLevels(trailingSpacing()(student.schedule, 2 * steps), 2 * steps)
  return fewStepTraining(name, student, ({ x0, eps, condition, key }) => {
    const places = [...uniformArray(key, x0.shape[0] ?? 0, 1)].map((chance) => 2 * Math.floor(chance * steps))
    const [from, half, to] = [0, 1, 2].map((ahead) => places.map((i) => levels[i + ahead]!)) as [
      Level[],
      Level[],
      Level[],
    ]
    const x = stateAt({ clean: x0, eps }, from)
    const target = withoutGradient(() =>
      tidy(() => {
        const middle = stateAt(teacher.predictAt(x, from, condition), half)
        const end = stateAt(teacher.predictAt(middle, half, condition), to)
        return velocityAt(through(x, from, end, to), from)
      }),
    )
    return sumRows(square(sub(velocityAt(student.predictAt(x, from, condition), from), target)))
  })
}

/** x₀ and ε of the straight path through a state at one level and a state at a lower one. */
function through(x: Tensor, from: readonly Level[], end: Tensor, to: readonly Level[]): Prediction {
  const pairs = from.map((level, i) => [level, to[i]!] as const)
  const column = (of: (a: Level, b: Level) => number) => columnOf(pairs, ([a, b]) => of(a, b), x)
  const inverse = column((a, b) => 1 / (a.noise * b.signal - a.signal * b.noise))
  const clean = mul(
    sub(
      mul(
        end,
        column((a) => a.noise),
      ),
      mul(
        x,
        column((_, b) => b.noise),
      ),
    ),
    inverse,
  )
  const eps = mul(
    sub(
      mul(
        x,
        column((_, b) => b.signal),
      ),
      mul(
        end,
        column((a) => a.signal),
      ),
    ),
    inverse,
  )
  return { clean, eps }
}

/** `v = s ε − n x₀`. */
function velocityAt({ clean, eps }: Prediction, levels: readonly Level[]): Tensor {
  const [signal, noise] = [columnOf(levels, (at) => at.signal, clean), columnOf(levels, (at) => at.noise, clean)]
  return sub(mul(eps, signal), mul(clean, noise))
}
