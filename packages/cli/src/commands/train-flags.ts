/** The flags that `gen train` has for every family. @module */
import { choice, type Flag, integer, number, text, toggle } from '../flags.ts'

/** Backends that `--backend` may name; `auto` takes the best there is. */
export const backendNames = ['auto', 'simd', 'wasm', 'cpu', 'webgpu', 'tensorflow'] as const

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
  sampleEvery: Flag<number>
  sampleCount: Flag<number>
  sampleSteps: Flag<number>
  guidance: Flag<number>
  checkpointEvery: Flag<number>
  backend: Flag<(typeof backendNames)[number]>
  dryRun: Flag<boolean>
} = {
  data: text(
    'mnist',
    'mnist, stacked-mnist, faces, a 2-D toy, an .npz or .npy file, or a folder of PNG or JPEG images',
    'name or path',
  ),
  steps: integer(2000, 'training steps, those before a resume included', { min: 1 }),
  minutes: number(0, 'instead of --steps: train for this time, planned anew as it passes; 0 = off', {
    min: 0,
  }),
  batch: integer(64, 'examples in a batch', { min: 1 }),
  ema: number(0.995, 'decay of the averaged weights that samples come from', { min: 0, max: 0.999999 }),
  clipNorm: number(1, 'gradients are scaled down to this norm', { min: 1e-12 }),
  accumulate: integer(1, 'batches per update', { min: 1 }),
  seed: integer(0, 'seed of everything random', { min: 0 }),
  out: text('', 'folder of the run [runs/<family>-<data>-<seed>]', 'path'),
  resume: text('', 'folder of a run to go on with, with the options it has; --steps or --minutes lengthen it', 'path'),
  sampleEvery: integer(500, 'steps between two sample grids', { min: 1 }),
  sampleCount: integer(64, 'samples in a grid', { min: 1, max: 10_000 }),
  sampleSteps: integer(20, 'denoising steps of a sample', { min: 1 }),
  guidance: number(1, 'strength of the class condition while sampling, for models with --conditional', { min: 0 }),
  checkpointEvery: integer(200, 'steps between two checkpoints', { min: 1 }),
  backend: choice('auto', backendNames, 'what computes'),
  dryRun: toggle(false, 'show the configuration and the size of the model, and stop'),
}
