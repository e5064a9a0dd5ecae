/** The samplers and spacings of diffusion models, by the words of the command line. @module */
import {
  adaptive,
  ddim,
  ddpmAncestral,
  deis,
  dpm2,
  dpm2Ancestral,
  dpmSolver2M,
  dpmSolver2S,
  dpmSolver3M,
  edmHeun,
  eulerAncestral,
  evenSpacing,
  exponentialSpacing,
  flowHeun,
  flowMidpoint,
  heun,
  karrasSpacing,
  leadingSpacing,
  lms,
  pndm,
  type Sampler,
  type SamplerOptions,
  type Spacing,
  saSolver,
  trailingSpacing,
  uniPc,
} from '@gen/diffusion'

/** All words of `--sampler`. Those of one meaning have one: Euler's step, in σ or in flow time, is that of ddim. */
export const samplerWords = [
  'ddim',
  'ddpm',
  'euler-ancestral',
  'heun',
  'edm',
  'dpm2',
  'dpm2-ancestral',
  'dpmpp-2s',
  'dpmpp-2m',
  'dpmpp-3m',
  'dpmpp-2s-sde',
  'dpmpp-2m-sde',
  'dpmpp-3m-sde',
  'lms',
  'pndm',
  'deis',
  'unipc',
  'sa',
  'adaptive',
  'flow-heun',
  'flow-midpoint',
] as const
/** All words of `--spacing`. */
export const spacingWords = ['even', 'leading', 'trailing', 'karras', 'exponential'] as const

/** A word of `--sampler`. */
export type SamplerWord = (typeof samplerWords)[number]
/** A word of `--spacing`. */
export type SpacingWord = (typeof spacingWords)[number]

const samplers: Readonly<Record<SamplerWord, (options: SamplerOptions) => Sampler>> = {
  ddim,
  ddpm: ddpmAncestral,
  'euler-ancestral': eulerAncestral,
  heun,
  edm: edmHeun,
  dpm2,
  'dpm2-ancestral': dpm2Ancestral,
  'dpmpp-2s': dpmSolver2S,
  'dpmpp-2m': dpmSolver2M,
  'dpmpp-3m': dpmSolver3M,
  'dpmpp-2s-sde': (options) => dpmSolver2S({ ...options, eta: 1 }),
  'dpmpp-2m-sde': (options) => dpmSolver2M({ ...options, eta: 1 }),
  'dpmpp-3m-sde': (options) => dpmSolver3M({ ...options, eta: 1 }),
  lms,
  pndm,
  deis,
  unipc: uniPc,
  sa: saSolver,
  adaptive: () => adaptive(),
  'flow-heun': flowHeun,
  'flow-midpoint': flowMidpoint,
}

const spacings: Readonly<Record<SpacingWord, () => Spacing>> = {
  even: evenSpacing,
  leading: leadingSpacing,
  trailing: trailingSpacing,
  karras: karrasSpacing,
  exponential: exponentialSpacing,
}

/** What takes the steps unless told. */
export const usualSampler: SamplerWord = 'unipc'

/** The sampler of these words. */
export function samplerOf(steps: number, sampler: SamplerWord = usualSampler, spacing?: SpacingWord): Sampler {
  return samplers[sampler]({ steps, ...(spacing && { spacing: spacings[spacing]() }) })
}
