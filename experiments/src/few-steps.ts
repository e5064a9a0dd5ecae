/** Samples of digits in 1, 2 and 4 calls, by every way to get there from one trained model in the same time. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
import { encodePng, grid } from '@gen/io'
import { adamW, type Batches, cosineDecay, fit, type Trainable } from '@gen/train'
import { concat, dispose, slice, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { chart } from './diffusion/chart.ts'
import { compared, type Verdict } from './diffusion/judge.ts'
import { subjects } from './diffusion/subjects.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { digitBatches, digitFlow, digitFlowSteps, trainedDigitFlow } from './few-steps/digit-flow.ts'

/**
 * Steps after the common model, so many that each way takes about the processor time of 240 of its steps: a forward pass is three tenths of a
 * step. MeanFlow, whose network is told of intervals, begins anew and has the common model's time too.
 */
const budget = { ddim: 240, distilled: 150, trained: 185, round: 50, reflow: 150, meanFlow: 650 }

/** Samples by number of calls, always from the same noise. */
type Sample = (calls: number, options: { count: number; key: Key }) => Promise<Tensor>

/** A way to few calls: what it leaves. */
interface Way {
  readonly sample: Sample
  /** Calls at which it is judged. @default 1, 2 and 4 */
  readonly calls?: readonly number[]
  readonly steps: number
  dispose(): void
}

const ways: Readonly<Record<string, (context: RowContext) => Promise<Way>>> = {
  ddim: async (context) => {
    const model = await trainedDigitFlow(context)
    await train(model, budget.ddim, context)
    return { ...sampledBy(model, straight), calls: [1, 2, 4, 20], steps: budget.ddim }
  },
  'consistency distillation': async (context) => {
    const [teacher, student] = [await trainedDigitFlow(context), await trainedDigitFlow(context)]
    await train(consistencyDistillation({ student, teacher, steps: 16 }), budget.distilled, context)
    teacher.dispose()
    return { ...sampledBy(student, consistencySampler), steps: budget.distilled }
  },
  'progressive distillation': progressive,
  reflow: async (context) => {
    const [teacher, student] = [await trainedDigitFlow(context), await trainedDigitFlow(context)]
    const sampler = straight({ steps: 16 })
    const pairs = await coupledPairs(teacher, { count: 512, size: 32, sampler, key: fold(key(context.seed), 20) })
    await train(student, budget.reflow, context, pairs)
    pairs.dispose()
    teacher.dispose()
    return { ...sampledBy(student, straight), steps: budget.reflow }
  },
  'consistency training': async (context) => {
    const student = await trainedDigitFlow(context)
    await train(consistencyTraining({ student, steps: 16 }), budget.trained, context)
    return { ...sampledBy(student, consistencySampler), steps: budget.trained }
  },
  meanFlow: async (context) => {
    const student = digitFlow(fold(key(context.seed), 21), 6)
    await train(meanFlow({ student, share: 0.5 }), budget.meanFlow, context, undefined, 2e-3)
    const sample: Sample = (steps, { count, key: k }) =>
      meanFlowSample(student, { count, steps, batchSize: 100, key: k })
    return { sample, steps: budget.meanFlow, dispose: () => student.dispose() }
  },
}

/** FID at 1, 2 and 4 calls beside DDIM's at 20, all of one network and about one processor time. */
export const fewSteps: Experiment = {
  name: 'few-steps',
  description: `digits in 1, 2 and 4 calls: FID of ${compared} samples against the test digits, from one flow-matching model of ${digitFlowSteps} steps`,
  minutes: 4,
  rows: Object.fromEntries(
    Object.entries(ways).map(([name, make]) => [name, (context: RowContext) => rowOf(name, make, context)]),
  ),
  columns: ({ fid, steps, processorSeconds }) => ({
    ...Object.fromEntries(Object.entries(fid as Row).map(([calls, value]) => [`FID, ${calls} calls`, value])),
    'more steps': steps,
    'processor seconds': processorSeconds,
  }),
  finish: async (rows, { pictures }) => {
    const fids = (name: string) => rows[name]!.fid as Record<string, number>
    const points = Object.keys(rows).flatMap((series) =>
      Object.entries(fids(series)).map(([n, y]) => ({ series, panel: 'digits', x: Number(n), y })),
    )
    const x = { name: 'calls of the network', scale: 'log', ticks: [1, 2, 4, 20] } as const
    const picture = await chart(points, { title: 'FID against calls', x, y: { name: 'FID', scale: 'log' } })
    writeFileSync(join(pictures, 'fid.svg'), picture)
    const teacher = fids('ddim')['20']
    const others = Object.keys(rows).filter((name) => name !== 'ddim')
    const best = (calls: string) => Math.min(...others.map((name) => fids(name)[calls]!))
    return { 'DDIM, 20 calls': teacher, 'best of 1 call': best('1'), 'best of 2': best('2'), 'best of 4': best('4') }
  },
}

async function rowOf(name: string, make: (typeof ways)[string], context: RowContext): Promise<Row> {
  // The common model's time is in no row.
  ;(await trainedDigitFlow(context)).dispose()
  const start = process.cpuUsage()
  const { sample, calls = [1, 2, 4], steps, dispose: free } = await make(context)
  const { user, system } = process.cpuUsage(start)
  const { judge } = await subjects.digits()
  const [fid, confident]: Record<string, number>[] = [{}, {}]
  const sheet: Tensor[] = []
  for (const n of calls) {
    context.progress(`sampling in ${n} calls`)
    const samples = await sample(n, { count: compared, key: fold(key(context.seed), 9) })
    sheet.push(slice(samples, 0, 10))
    const verdict: Verdict = await judge(samples)
    fid![n] = verdict.fid
    confident![n] = verdict.confident
  }
  free()
  const picture = grid(concat(sheet) as Tensor4D, { columns: 10 })
  writeFileSync(join(context.pictures, `${name.replaceAll(' ', '-')}.png`), encodePng(picture))
  dispose([...sheet, picture])
  return { fid, confident, steps, processorSeconds: (user + system) / 1e6, compared }
}

/** Rounds from eight steps to one, each from the weights of the one before; each number of calls is its own round's. */
async function progressive(context: RowContext): Promise<Way> {
  const models = new Map<number, Diffusion>()
  let teacher = await trainedDigitFlow(context)
  const first = teacher
  for (const steps of [4, 2, 1]) {
    const student = await trainedDigitFlow(context)
    for (const [i, weight] of teacher.variables().entries()) student.variables()[i]!.assign(weight)
    await train(progressiveDistillation({ student, teacher, steps }), budget.round, context)
    models.set(steps, student)
    teacher = student
  }
  first.dispose()
  const sample: Sample = (calls, options) => sampledBy(models.get(calls)!, straight).sample(calls, options)
  const dispose = () => {
    for (const model of models.values()) model.dispose()
  }
  return { sample, steps: 3 * budget.round, dispose }
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
  training: Trainable<DiffusionBatch>,
  steps: number,
  { seed, progress }: RowContext,
  batches?: Batches<DiffusionBatch>,
  rate = 1e-3,
): Promise<void> {
  const optimizer = adamW({ learningRate: cosineDecay({ from: rate, to: rate / 20, steps }) })
  const given = batches ?? (await digitBatches(fold(key(seed), 22)))
  for await (const event of fit(training, given, { steps, optimizer, ema: 0.98, key: fold(key(seed), 23) })) {
    if (event.type === 'step' && event.step % 10 === 0) progress(`step ${event.step} of ${steps}`)
  }
}
