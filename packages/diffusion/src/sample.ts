/** Sampling: many rows in batches, with steps to watch. @module */
import {
  assertKey,
  assertNumber,
  assertShape,
  batchesOf,
  breather,
  fold,
  type GenError,
  type Labels,
  normal,
  refusal,
} from '@gen/backend'
import type { SampleOptions } from '@gen/model'
import { concat, slice, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { contextOf, requireContext } from './context.ts'
import { type GuidanceWish, guidanceOf } from './guidance/guidance-of.ts'
import { sampledPrediction } from './guidance/predict-at.ts'
import { assertThreshold, type DynamicThreshold } from './guidance/threshold.ts'
import { labelsOrDrawn } from './labels.ts'
import { shapeOfSize } from './networks/item-shape.ts'
import type { AdaptedNetwork } from './networks/network.ts'
import type { Normalizer } from './normalize.ts'
import type { Predictor } from './predictions/predictor.ts'
import { brownianNoise } from './samplers/brownian.ts'
import type { Sampler, SamplerContext, SamplerState } from './samplers/sampler.ts'
import { uniPc } from './samplers/uni-pc.ts'
import type { NoiseSchedule } from './schedules/schedule.ts'

/** A step of denoising as its watcher sees it, in the data's units and not clipped. The tensors live until the next step. */
export interface SampleStep extends SamplerState {
  /** How many steps there are. */
  readonly steps: number
  /** Index of the first row among all samples. */
  readonly offset: number
}

/** Options of `sample`. */
export interface DiffusionSampleOptions extends SampleOptions {
  /** @default uniPc() */
  sampler?: Sampler
  /**
   * For a model with classes: one class for all or one for each; `classes` itself means no class.
   *
   * @default drawn from the key, all equally likely
   */
  labels?: Labels | undefined
  /**
   * Weight of class and context: 1 as trained, more overdoes them, 0 ignores them; or the options of `classifierFree`, such as
   * `{ weight: 3, interval: [0.2, 5] }`; or what else leads the samples. @default 1
   */
  guidance?: GuidanceWish
  /**
   * Keeps x̂₀ in the data's range at every step: by clipping, or with `{ percentile }` by dynamic thresholding, for strong guidance.
   *
   * @default false, as the lecture states it
   */
  clip?: boolean | DynamicThreshold
  /**
   * Whether the fresh noise of all steps is of one Brownian path, so that samples of more steps are finer versions of those of
   * fewer. Costs more time, on the CPU. @default false
   */
  brownian?: boolean
  /** Height and width of the samples, where the network takes any size. @default those of the network's shape */
  size?: readonly number[]
  /** Where to start instead of from the key's noise: `[count, …]`, unit variance. */
  noise?: Tensor
  /** Called at every step of every batch; awaited. */
  onStep?: (step: SampleStep) => void | Promise<void>
}

/** What sampling needs of a model. */
export interface SampleModel {
  readonly network: AdaptedNetwork
  readonly predict: Predictor
  readonly schedule: NoiseSchedule
  readonly data: Normalizer
  readonly classes: number
  readonly dropLabel: number
  /** Whether the network sees its own earlier estimate. @default false */
  readonly selfConditioning?: boolean
}

const where = 'diffusion.sample'

/** Samples a model; see `Diffusion.sample`. */
export async function sampleModel(model: SampleModel, options: DiffusionSampleOptions): Promise<Tensor> {
  const { count, batchSize = 64, shard, sampler = uniPc() } = options
  const batches = batchesOf(where, { count, batchSize, shard })
  assertKey(where, 'key', options.key)
  assertGuidance(model, options)
  const shape = shapeOfSize(where, model.network, options.size)
  if (options.noise) {
    assertShape(where, 'noise', options.noise, [count, ...shape], 'pass one row of noise per sample')
  }
  requireContext(where, model, options.context, count)
  const labels = await labelsOrDrawn(where, options.labels, { rows: count, classes: model.classes }, options.key)
  const breathe = breather()
  const parts: Tensor[] = []
  try {
    for (const { from: offset, rows } of batches) {
      parts.push(await samplePart(model, options, { sampler, offset, shape: [rows, ...shape], labels, breathe }))
    }
    return tidy(() => model.data.clip(model.data.denormalize(parts.length === 1 ? parts[0]! : concat(parts))))
  } finally {
    for (const part of parts) part.dispose()
  }
}

interface Part {
  readonly sampler: Sampler
  readonly offset: number
  /** Of its rows. */
  readonly shape: readonly [rows: number, ...item: number[]]
  readonly labels: number[] | undefined
  readonly breathe: () => Promise<void>
}

/** Rows `offset` to `offset + rows`, still of unit variance. All noise of a row is drawn by its place among all rows. */
async function samplePart(model: SampleModel, options: DiffusionSampleOptions, part: Part): Promise<Tensor> {
  const { sampler, offset, shape, labels, breathe } = part
  const [rows] = shape
  const { onStep, signal } = options
  const start = options.noise ? rowsOf(options.noise, offset, rows) : normal(fold(options.key, 0), shape, { offset })
  const condition: { label?: Tensor1D; context?: Tensor } = {}
  if (labels) condition.label = tensor1d(labels.slice(offset, offset + rows), 'int32')
  const context = contextOf(where, model, options.context, { offset, rows })
  if (context) condition.context = context
  const { guidance, clip } = options
  const { data, classes: nullLabel, selfConditioning } = model
  const prediction = sampledPrediction(model.predict, { condition, nullLabel, guidance, clip, data, selfConditioning })
  const { predict } = prediction
  const noise = noiseOf(options, shape, offset)
  const states = sampler.run({ start, schedule: model.schedule, predict, noise })
  try {
    let state = states.next()
    while (!state.done) {
      if (onStep) await watch(onStep, state.value, model.data, { steps: sampler.steps, offset })
      await state.value.reads?.data()
      await breathe()
      if (signal?.aborted) throw aborted(state.value.step, sampler.steps, signal)
      state = states.next()
    }
    return state.value
  } finally {
    states.return(start)
    prediction.dispose()
    for (const tensor of [start, condition.label, context]) tensor?.dispose()
  }
}

/** The fresh noise of these rows: drawn anew for each step, or along a path. */
function noiseOf(
  { key, brownian = false }: DiffusionSampleOptions,
  shape: readonly number[],
  offset: number,
): SamplerContext['noise'] {
  if (brownian) return brownianNoise(key, [...shape], offset)
  return (i) => normal(fold(key, i + 1), shape, { offset })
}

async function watch(
  onStep: NonNullable<DiffusionSampleOptions['onStep']>,
  state: SamplerState,
  data: Normalizer,
  place: { steps: number; offset: number },
): Promise<void> {
  const [x, clean] = [data.denormalize(state.x), data.denormalize(state.clean)]
  try {
    await onStep({ ...state, ...place, x, clean })
  } finally {
    x.dispose()
    clean.dispose()
  }
}

function rowsOf(tensor: Tensor, offset: number, rows: number): Tensor {
  return slice(tensor, offset, rows)
}

function assertGuidance(model: SampleModel, options: DiffusionSampleOptions): void {
  const { guidance = 1, clip = false, context } = options
  if (typeof guidance === 'number')
    assertNumber(where, 'guidance', guidance, { min: 0, exclusiveMax: Number.POSITIVE_INFINITY })
  const needsFree = guidanceOf(guidance).needsFree !== false
  const isTold = model.classes > 0 || Boolean(model.network.takes.context ?? context)
  if (needsFree && (!isTold || model.dropLabel === 0)) {
    const remedy = isTold
      ? 'train with dropLabel: 0.1, so that the network knows "no class" and no context'
      : 'make the model with classes, or its network with a context'
    const got = `${typeof guidance === 'number' ? guidance : 'one that asks without class'} with nothing to guide by`
    throw refusal('config', where, { expected: 'guidance 1', got, remedy })
  }
  if (typeof clip === 'object') assertThreshold(where, clip)
  if (clip === false || model.data.config.range) return
  const remedy = 'make the model with range: [0, 1]'
  throw refusal('config', where, { expected: 'no clip', got: 'one, but the data have no range', remedy })
}

function aborted(step: number, steps: number, signal: AbortSignal): GenError {
  const got = `aborted after step ${step} of ${steps}`
  return refusal('aborted', where, { expected: 'to go on', got, remedy: 'sample again', cause: signal.reason })
}
