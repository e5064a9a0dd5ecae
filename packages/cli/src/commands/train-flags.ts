/** The flags of `gen train`: those of every family, and those of families that sample in steps. @module */
import { type SamplerName, samplerNames, usualSampler } from '@gen/diffusion'
import type { SamplingDefaults } from '@gen/open'
import type { Family } from '../families/family.ts'
import {
  choice,
  type Flag,
  type Flags,
  type FlagValues,
  type Interval,
  integer,
  number,
  optionalInterval,
  text,
  toggle,
} from '../flags.ts'

/** Backends that `--backend` may name; `auto` takes the best there is. */
export const backendNames = ['auto', 'simd', 'wasm', 'cpu', 'webgpu', 'tensorflow'] as const

/** Largest number that is a seed. */
export const largestSeed: number = Number.MAX_SAFE_INTEGER

/** Steps and intervals: more than years of the smallest model. */
const mostSteps = 1_000_000_000

/** Flags about the run rather than the model. */
export const runFlags: {
  data: Flag<string>
  steps: Flag<number>
  minutes: Flag<number>
  batch: Flag<number>
  ema: Flag<number>
  clipNorm: Flag<number>
  accumulate: Flag<number>
  seed: Flag<number>
  out: Flag<string>
  resume: Flag<string>
  from: Flag<string>
  freeze: Flag<string>
  sampleEvery: Flag<number>
  sampleCount: Flag<number>
  checkpointEvery: Flag<number>
  validate: Flag<number>
  validateEvery: Flag<number>
  patience: Flag<number>
  tensorboard: Flag<boolean>
  backend: Flag<(typeof backendNames)[number]>
  dryRun: Flag<boolean>
} = {
  data: text(
    'mnist',
    'mnist, stacked-mnist, faces, a 2-D toy, an .npz or .npy file, or a folder of PNG or JPEG images',
    'name or path',
  ),
  steps: integer(2000, 'training steps, those before a resume included', { min: 1, max: mostSteps }),
  minutes: number(0, 'instead of --steps: train for this time, planned anew as it passes; 0 = off', {
    min: 0,
    max: 100_000,
  }),
  batch: integer(64, 'examples in a batch', { min: 1, max: 65_536 }),
  ema: number(0.995, 'decay of the averaged weights that samples come from', { min: 0, max: 0.999999 }),
  clipNorm: number(1, 'gradients are scaled down to this norm; Infinity: never', {
    min: 1e-12,
    max: Number.POSITIVE_INFINITY,
  }),
  accumulate: integer(1, 'batches per update', { min: 1, max: 65_536 }),
  seed: integer(0, 'seed of everything random', { min: 0, max: largestSeed }),
  out: text('', 'folder of the run', 'path', 'runs/<family>-<data>-<seed>'),
  resume: text(
    '',
    'folder of a run to go on with, with the options it has; --steps or --minutes lengthen it',
    'path',
    'a new run',
  ),
  from: text(
    '',
    'folder of a model of this family, ours or of others, to start from: its architecture and its weights; flags of the network are left out',
    'path',
    'a new model',
  ),
  freeze: text(
    '',
    'parts that keep their weights: beginnings of names in model.py of gen convert --to pytorch, as encoder,decoder.output',
    'name,name,…',
    'all parts train',
  ),
  sampleEvery: integer(500, 'steps between two sample grids', { min: 1, max: mostSteps }),
  sampleCount: integer(64, 'samples in a grid', { min: 1, max: 10_000 }),
  checkpointEvery: integer(200, 'steps between two checkpoints', { min: 1, max: mostSteps }),
  validate: number(0, 'share of the data held out, by whose loss the best checkpoint becomes the model; 0 = off', {
    min: 0,
    max: 0.9,
  }),
  validateEvery: integer(200, 'steps between two measurements of the loss on held-out data', {
    min: 1,
    max: mostSteps,
  }),
  patience: integer(0, 'end when so many measurements in a row brought no lower loss; 0 = never', {
    min: 0,
    max: 1_000_000,
  }),
  tensorboard: toggle(false, 'write an event file for TensorBoard beside the log'),
  backend: choice('auto', backendNames, 'what computes'),
  dryRun: toggle(false, 'show the configuration and the size of the model, and stop'),
}

/** Flags about files of data. */
const fileFlags: {
  x: Flag<string>
  labels: Flag<string>
  size: Flag<number>
  fit: Flag<'crop' | 'pad'>
  leaveOut: Flag<boolean>
} = {
  x: text('', 'array of the items in an .npz file', 'name', 'x'),
  labels: text('', 'array of the labels in an .npz file', 'name', 'y, where it has one of integers'),
  size: integer(0, 'height and width of the images of a folder; 0: their own, which must agree', { min: 0, max: 9999 }),
  fit: choice('crop', ['crop', 'pad'], 'with --size: cut the middle out, or fill up with white'),
  leaveOut: toggle(false, 'of a folder, leave out images that cannot be read, and say which'),
}

/** Flags about samples that are drawn in steps. */
const samplingFlags: {
  sampleSteps: Flag<number>
  sampler: Flag<SamplerName>
  guidance: Flag<number>
  guidanceInterval: Flag<Interval | undefined>
} = {
  sampleSteps: integer(20, 'denoising steps of a sample', { min: 1, max: 10_000 }),
  sampler: choice(usualSampler, samplerNames, 'what takes the steps'),
  guidance: number(1, 'strength of the class condition while sampling, with --conditional', { min: 0, max: 1000 }),
  guidanceInterval: guidanceIntervalFlag('everywhere'),
}

/** At which levels samples are guided. */
export function guidanceIntervalFlag(otherwise: string): Flag<Interval | undefined> {
  const description = 'least and largest σ, noise / signal, at which --guidance is used; beyond, it is 1'
  return optionalInterval(description, { min: 0, max: 1e6 }, otherwise)
}

/** The values of {@link samplingFlags}. */
export type SamplingValues = FlagValues<typeof samplingFlags>

/** How samples are drawn, as a model folder has it. */
export interface StoredSampling {
  readonly sampleSteps: number
  readonly sampler: SamplingDefaults['sampler']
  readonly guidance: SamplingDefaults['guidance']
}

/** All flags of `gen train <family>`. */
export function trainFlags<F extends Flags>(
  family: Family<F>,
): F & typeof runFlags & Partial<typeof samplingFlags & typeof fileFlags> {
  const { data } = family
  return {
    ...family.flags,
    ...runFlags,
    ...(data ? { data: text(data.initial, data.description, 'name or path') } : fileFlags),
    ...(family.samplesInSteps && samplingFlags),
  }
}

/** How samples are drawn, of a family that draws them at once the defaults. */
export function samplingOf(values: Partial<SamplingValues>): StoredSampling {
  const { sampleSteps, sampler, guidance, guidanceInterval } = values
  return {
    sampleSteps: sampleSteps ?? samplingFlags.sampleSteps.initial,
    sampler: sampler ?? samplingFlags.sampler.initial,
    guidance: guidanceWithin(guidance ?? samplingFlags.guidance.initial, guidanceInterval),
  }
}

/** The guidance of a weight that is used at some levels, or at all. */
export function guidanceWithin(weight: number, interval: Interval | undefined): SamplingDefaults['guidance'] {
  return interval ? { weight, interval } : weight
}

/** All options of a run, as they stand in its `config.json`. */
export type RunValues = FlagValues<typeof runFlags> & Partial<SamplingValues> & Record<string, unknown>
