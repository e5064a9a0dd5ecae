/** How samples are drawn from a trained model: the flags of `gen sample` and `gen eval`. @module */
import { batchesOf, GenError, key, refusal, type Shard } from '@gen/backend'
import { type SamplerName, type SpacingName, samplerNames, spacingNames } from '@gen/diffusion'
import { guidanceIntervalFlag, guidanceWithin, largestSeed } from '../commands/train-flags.ts'
import type { SampleOptions } from '../families/family.ts'
import { families } from '../families/index.ts'
import {
  type Flag,
  type Interval,
  integer,
  integers,
  optionalChoice,
  optionalInteger,
  optionalNumber,
} from '../flags.ts'
import { assertRoom, mostHeld } from '../limits.ts'
import type { OpenModel } from './open-model.ts'

const modelSays = 'as the model says'

/** Flags about how samples are drawn from a model folder. */
export const sampleFlags: {
  steps: Flag<number | undefined>
  sampler: Flag<SamplerName | undefined>
  spacing: Flag<SpacingName | undefined>
  guidance: Flag<number | undefined>
  guidanceInterval: Flag<Interval | undefined>
  labels: Flag<number[]>
  batch: Flag<number | undefined>
  seed: Flag<number>
} = {
  steps: optionalInteger('denoising steps, of a diffusion model', { min: 1, max: 10_000 }, modelSays),
  sampler: optionalChoice(
    samplerNames,
    `what takes the steps, of a diffusion model: ${samplerNames.join(', ')}`,
    modelSays,
  ),
  spacing: optionalChoice(
    spacingNames,
    `where they are: ${spacingNames.join(', ')}; of a diffusion model`,
    'even, in time; karras of samplers that step in σ',
  ),
  guidance: optionalNumber(
    'strength of the class condition, of a conditional diffusion model',
    { min: 0, max: 1000 },
    modelSays,
  ),
  guidanceInterval: guidanceIntervalFlag(modelSays),
  labels: integers(
    [],
    'classes to draw, repeated over the samples, of a conditional model',
    { min: 0, max: 1_000_000 },
    'all classes in turn',
  ),
  batch: optionalInteger('samples made at once', { min: 1, max: 65_536 }, '64, of a flow more where they are small'),
  seed: integer(0, 'seed of the samples', { min: 0, max: largestSeed }),
}

/** The values of {@link sampleFlags}, and how many samples. */
export interface SampleValues {
  readonly count: number
  readonly steps?: number | undefined
  readonly sampler?: SamplerName | undefined
  readonly spacing?: SpacingName | undefined
  readonly guidance?: number | undefined
  readonly guidanceInterval?: Interval | undefined
  readonly labels: readonly number[]
  readonly batch?: number | undefined
  /** The part of them that is drawn. */
  readonly shard?: Shard | undefined
  readonly seed: number
}

/**
 * How `count` samples are drawn as the flags say, and where they are silent as the model says.
 *
 * @throws GenError 'config' for flags that do not concern the model; 'range' for labels that are no classes, for more samples
 * than find room, and for more shards than batches.
 */
export function sampleOptions(command: string, opened: OpenModel, values: SampleValues): SampleOptions {
  const { model, sampleSteps } = opened
  const classes = model.classes ?? 0
  assertConcerned(command, opened, values)
  const batchSize = values.batch ?? model.batchSize ?? 64
  assertRoom(command, '--count', rowsOf(command, values, batchSize), model.shape, mostHeld)
  const bad = values.labels.find((label) => label >= classes)
  if (bad !== undefined) {
    throw refusal('range', command, {
      expected: `--labels from 0 to ${classes - 1}, the classes of the model`,
      got: bad,
    })
  }
  return {
    count: values.count,
    batchSize,
    ...(values.shard && { shard: values.shard }),
    key: key(values.seed),
    steps: values.steps ?? sampleSteps,
    guidance: guidanceOf(opened, values),
    ...(families[opened.family]?.samplesInSteps && { sampler: values.sampler ?? opened.sampler }),
    ...(values.spacing && { spacing: values.spacing }),
    labels: values.labels.length > 0 ? [...values.labels] : undefined,
  }
}

/** Weight and interval, each as the flags say, or the model. */
function guidanceOf({ guidance }: OpenModel, values: SampleValues): SampleOptions['guidance'] {
  const own = typeof guidance === 'number' ? { weight: guidance, interval: undefined } : guidance
  return guidanceWithin(values.guidance ?? own.weight, values.guidanceInterval ?? own.interval)
}

/** How many samples are drawn here. */
function rowsOf(command: string, { count, shard }: SampleValues, batchSize: number): number {
  try {
    return batchesOf(command, { count, batchSize, shard }).reduce((sum, { rows }) => sum + rows, 0)
  } catch (cause) {
    if (!GenError.is(cause)) throw cause
    // What the library says, as it is written here.
    const message = cause.message.replace('pass batchSize: ', 'pass --batch ')
    throw new GenError(cause.code, message, { details: cause.details, cause })
  }
}

/** The classes that samples have in turn. */
export function classesOf({ model }: OpenModel, labels: readonly number[]): readonly number[] {
  return labels.length > 0 ? labels : Array.from({ length: model.classes ?? 0 }, (_, i) => i)
}

function assertConcerned(command: string, { model, family }: OpenModel, values: SampleValues): void {
  const drawsInSteps = families[family]?.samplesInSteps === true
  const conditional = (model.classes ?? 0) > 0
  for (const [flag, given, concerned, what] of [
    ['--steps', values.steps !== undefined, drawsInSteps, 'a diffusion model'],
    ['--sampler', values.sampler !== undefined, drawsInSteps, 'a diffusion model'],
    ['--spacing', values.spacing !== undefined, drawsInSteps, 'a diffusion model'],
    ['--guidance', values.guidance !== undefined, drawsInSteps && conditional, 'a conditional diffusion model'],
    [
      '--guidance-interval',
      values.guidanceInterval !== undefined,
      drawsInSteps && conditional,
      'a conditional diffusion model',
    ],
    ['--labels', values.labels.length > 0, conditional, 'a conditional model'],
  ] as const) {
    if (!given || concerned) continue
    const how = family === 'vae' ? '--preset conditional' : '--conditional'
    const remedy = drawsInSteps || flag === '--labels' ? `train one with gen train ${family} ${how}` : 'leave it out'
    const got = `one of family ${family}${conditional ? '' : ' without classes'}`
    throw refusal('config', command, { expected: `${what} for ${flag}`, got, remedy })
  }
}
