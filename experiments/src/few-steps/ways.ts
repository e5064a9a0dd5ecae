/** Every way from one trained model to samples in few calls. @module */
import { fold, type Key, key } from '@gen/backend'
import {
  consistencyDistillation,
  consistencySampler,
  consistencyTraining,
  coupledPairs,
  type Diffusion,
  type DiffusionBatch,
  ddim,
  meanFlow,
  meanFlowSample,
  progressiveDistillation,
  trailingSpacing,
} from '@gen/diffusion'
import { adamW, type Batches, cosineDecay, fit, type Trainable } from '@gen/train'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { RowContext } from '../experiment.ts'

/** Data, and a model of them that all ways start from. */
export interface World {
  /** The trained model, as often as it is asked for. */
  common(context: RowContext): Promise<Diffusion>
  /** The same, not trained, with a network that is told of so many numbers. */
  fresh(k: Key, augmentation: number): Diffusion
  batches(k: Key): Promise<Batches<DiffusionBatch>>
  /** Steps of each way, of about equal processor time; those of progressive distillation are of a round. */
  readonly budget: Readonly<Record<'ddim' | 'distilled' | 'trained' | 'round' | 'reflow' | 'meanFlow', number>>
  /** Pairs of reflow, and how many are in a batch. */
  readonly pairs: { readonly count: number; readonly size: number }
}

/** Samples by number of calls, always from the same noise. */
type Sample = (calls: number, options: { count: number; key: Key }) => Promise<Tensor>

/** What a way leaves. */
export interface Way {
  readonly sample: Sample
  /** Calls at which it is judged. @default 1, 2 and 4 */
  readonly calls?: readonly number[]
  readonly steps: number
  dispose(): void
}

/** Steps of the teacher whose path is learned. */
const teacherSteps = 16

/** By name, each with its training. */
export function waysIn(world: World): Readonly<Record<string, (context: RowContext) => Promise<Way>>> {
  const { budget } = world
  return {
    ddim: async (context) => {
      const model = await world.common(context)
      await train(world, model, budget.ddim, context)
      return { ...sampledBy(model, straight), calls: [1, 2, 4, 20], steps: budget.ddim }
    },
    'consistency distillation': async (context) => {
      const [teacher, student] = [await world.common(context), await world.common(context)]
      await train(world, consistencyDistillation({ student, teacher, steps: teacherSteps }), budget.distilled, context)
      teacher.dispose()
      return { ...sampledBy(student, consistencySampler), steps: budget.distilled }
    },
    'progressive distillation': (context) => progressive(world, context),
    reflow: async (context) => {
      const [teacher, student] = [await world.common(context), await world.common(context)]
      const sampler = straight({ steps: teacherSteps })
      const pairs = await coupledPairs(teacher, { ...world.pairs, sampler, key: fold(key(context.seed), 20) })
      await train(world, student, budget.reflow, context, { batches: pairs })
      pairs.dispose()
      teacher.dispose()
      return { ...sampledBy(student, straight), steps: budget.reflow }
    },
    'consistency training': async (context) => {
      const student = await world.common(context)
      await train(world, consistencyTraining({ student, steps: teacherSteps }), budget.trained, context)
      return { ...sampledBy(student, consistencySampler), steps: budget.trained }
    },
    // Its network is told of intervals, so it begins anew and has the common model's time too.
    meanFlow: async (context) => {
      const student = world.fresh(fold(key(context.seed), 21), 6)
      await train(world, meanFlow({ student, share: 0.5 }), budget.meanFlow, context, { rate: 2e-3 })
      const sample: Sample = (steps, options) => meanFlowSample(student, { ...options, steps, batchSize: 100 })
      return { sample, steps: budget.meanFlow, dispose: () => student.dispose() }
    },
  }
}

/** Rounds from eight steps to one, each from the weights of the one before; each number of calls is its own round's. */
async function progressive(world: World, context: RowContext): Promise<Way> {
  const models = new Map<number, Diffusion>()
  let teacher = await world.common(context)
  const first = teacher
  for (const steps of [4, 2, 1]) {
    const student = await world.common(context)
    for (const [i, weight] of teacher.variables().entries()) student.variables()[i]!.assign(weight)
    await train(world, progressiveDistillation({ student, teacher, steps }), world.budget.round, context)
    models.set(steps, student)
    teacher = student
  }
  first.dispose()
  const sample: Sample = (calls, options) => sampledBy(models.get(calls)!, straight).sample(calls, options)
  const dispose = () => {
    for (const model of models.values()) model.dispose()
  }
  return { sample, steps: 3 * world.budget.round, dispose }
}

const straight = ({ steps }: { steps: number }) => ddim({ steps, spacing: trailingSpacing() })

function sampledBy(
  model: Diffusion,
  sampler: (options: { steps: number }) => ReturnType<typeof ddim>,
): Pick<Way, 'sample' | 'dispose'> {
  const sample: Sample = (steps, options) => model.sample({ ...options, batchSize: 100, sampler: sampler({ steps }) })
  return { sample, dispose: () => model.dispose() }
}

async function train(
  world: World,
  training: Trainable<DiffusionBatch>,
  steps: number,
  { seed, progress }: RowContext,
  { batches, rate = 1e-3 }: { batches?: Batches<DiffusionBatch>; rate?: number } = {},
): Promise<void> {
  const optimizer = adamW({ learningRate: cosineDecay({ from: rate, to: rate / 20, steps }) })
  const given = batches ?? (await world.batches(fold(key(seed), 22)))
  for await (const event of fit(training, given, { steps, optimizer, ema: 0.98, key: fold(key(seed), 23) })) {
    if (event.type === 'step' && event.step % 10 === 0) progress(`step ${event.step} of ${steps}`)
  }
}
