/** Consistency models: from any state of the path to its data at once. @module */
import { assertInteger, assertNumber, uniformArray, withoutGradient } from '@gen/backend'
import type { Trainable } from '@gen/model'
import {
  add,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tidy,
  where,
} from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DiffusionBatch } from '../losses/loss-model.ts'
import { angleOf } from '../samplers/pace.ts'
import type { Level } from '../schedules/level.ts'
import { assertLevels, type Spacing } from '../spacings/spacing.ts'
import { trailingSpacing } from '../spacings/trailing.ts'
import { assertTeacher, type Drawn, fewStepTraining, stateAt, sumRows } from './few-step-player.ts'

/** Options of {@link consistencyTraining} and {@link consistencyDistillation}. */
export interface ConsistencyOptions {
  /** What is trained: its x̂₀ is the consistency function. It may begin with the weights of a diffusion model. */
  student: Diffusion
  /** Pairs of neighboring levels: more of them have less bias and more variance. @default 20 */
  steps?: number
  /** Which levels of the student's schedule. @default trailingSpacing() */
  spacing?: Spacing
  /** Where squares turn into absolute values, for a row of data of unit variance, per √dimension. @default 0.03 */
  scale?: number
}

/** Options of {@link consistencyDistillation}. */
export interface ConsistencyDistillationOptions extends ConsistencyOptions {
  /** A trained model of the same data. */
  teacher: Diffusion
}

/**
 * Consistency training: the student's x̂₀ at one level should be that at the next lower one, of the same data with the same noise, and at
 * the clean end the data; so it is, in the limit of many levels, the end of the deterministic path through the state. No teacher is needed. The loss is
 * `√(‖x̂₀(x_t) − sg x̂₀(x_t′)‖² + c²) − c` over the angle between the two levels, with c = scale · √D and no gradient of the target.
 *
 * Sample with `consistencySampler({ steps: 1 })`, or more. Begin with few levels and train on with more, each by a `fit` of its own.
 *
 * @throws GenError `range` for fewer than 2 levels or a scale outside (0, 100].
 * @see Consistency models (Song et al., 2023) https://arxiv.org/abs/2303.01469
 * @see Improved techniques for training consistency models (Song and Dhariwal, 2023) https://arxiv.org/abs/2310.14189
 * @example
 * const student = flowMatching({ network: pointDenoiser({ size: 2, residual: false, key: key(0) }) })
 * await last(fit(consistencyTraining({ student, steps: 10 }), batches, { steps: 20, optimizer: adamW(), key: key(1) }))
 * const points = await student.sample({ count: 8, sampler: consistencySampler({ steps: 1 }), key: key(2) })
 */
export function consistencyTraining(options: ConsistencyOptions): Trainable<DiffusionBatch> {
  return trainingBy('diffusion.consistencyTraining', options, ({ x0, eps }, levels) =>
    stateAt({ clean: x0, eps }, levels),
  )
}

/**
 * Consistency distillation: as {@link consistencyTraining}, but the lower level is reached by the teacher's DDIM step, so that there is no
 * noise in the target. The student then makes of noise in one call what the teacher makes in `steps` calls along the same levels.
 *
 * @throws GenError as {@link consistencyTraining}, and `config` for a teacher of other data.
 * @see Consistency models (Song et al., 2023), algorithm 2 https://arxiv.org/abs/2303.01469
 * @example
 * const student = diffusionFromConfig(model.config)
 * writeWeights(student, await readWeights(model)) // of @gen/train
 * const training = consistencyDistillation({ student, teacher: model, steps: 10 })
 * await last(fit(training, batches, { steps: 20, optimizer: adamW(), key: key(1) }))
 */
export function consistencyDistillation({
  teacher,
  ...options
}: ConsistencyDistillationOptions): Trainable<DiffusionBatch> {
  const name = 'diffusion.consistencyDistillation'
  assertTeacher(name, teacher, options.student)
  return trainingBy(name, options, ({ condition }, to, x, from) => stateAt(teacher.predictAt(x, from, condition), to))
}

/** The state at the lower levels, of the state x at the higher ones. */
type Lower = (drawn: Drawn, to: readonly Level[], x: Tensor, from: readonly Level[]) => Tensor

function trainingBy(
  name: string,
  { student, steps = 20, spacing = trailingSpacing(), scale = 0.03 }: ConsistencyOptions,
  lower: Lower,
): Trainable<DiffusionBatch> {
  assertInteger(name, 'steps', steps, { min: 2 })
  assertNumber(name, 'scale', scale, { exclusiveMin: 0, max: 100 })
  const levels = assertLevels(spacing(student.schedule, steps), steps)
  return fewStepTraining(name, student, (drawn) => {
    const { x0, eps, condition, key } = drawn
    const rows = x0.shape[0] ?? 0
    const places = [...uniformArray(key, rows, 1)].map((chance) => Math.floor(chance * steps))
    const [from, to] = [places.map((i) => levels[i]!), places.map((i) => levels[i + 1]!)]
    const x = stateAt({ clean: x0, eps }, from)
    const target = withoutGradient(() => tidy(() => cleanOf(student, lower(drawn, to, x, from), to, condition)))
    const size = x0.size / rows
    const c = scale * Math.sqrt(size)
    const distance = sub(sqrt(add(sumRows(square(sub(student.predictAt(x, from, condition).clean, target))), c * c)), c)
    return mul(distance, tensor1d(from.map((level, i) => 1 / (angleOf(level) - angleOf(to[i]!))))) as Tensor1D
  })
}

/** The student's x̂₀, which at the clean end is the state itself: there the network need not be asked. */
function cleanOf(student: Diffusion, x: Tensor, levels: readonly Level[], condition: Drawn['condition']): Tensor {
  const isEnd = levels.map(({ noise }) => noise === 0)
  // Where no noise is left the answer is not used; the network is asked at a level that it knows.
  const known = levels.map((level) => (level.noise === 0 ? { signal: Math.SQRT1_2, noise: Math.SQRT1_2 } : level))
  const { clean } = student.predictAt(x, known, condition)
  const mask = tensor(isEnd, [levels.length, ...x.shape.slice(1).map(() => 1)], 'bool')
  return where(mask, x, clean)
}
