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

/** Those of one meaning have one word: Euler's step, in σ or in flow time, is that of ddim. */
const samplers = {
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
  'dpmpp-2s-sde': (options: SamplerOptions) => dpmSolver2S({ ...options, eta: 1 }),
  'dpmpp-2m-sde': (options: SamplerOptions) => dpmSolver2M({ ...options, eta: 1 }),
  'dpmpp-3m-sde': (options: SamplerOptions) => dpmSolver3M({ ...options, eta: 1 }),
  lms,
  pndm,
  deis,
  unipc: uniPc,
  sa: saSolver,
  adaptive: () => adaptive(),
  'flow-heun': flowHeun,
  'flow-midpoint': flowMidpoint,
} satisfies Record<string, (options: SamplerOptions) => Sampler>

const spacings = {
  even: evenSpacing,
  leading: leadingSpacing,
  trailing: trailingSpacing,
  karras: karrasSpacing,
  exponential: exponentialSpacing,
} satisfies Record<string, () => Spacing>

/** A word of `--sampler`. */
export type SamplerWord = keyof typeof samplers
/** A word of `--spacing`. */
export type SpacingWord = keyof typeof spacings

/** All words of `--sampler`. */
export const samplerWords: readonly SamplerWord[] = Object.keys(samplers) as SamplerWord[]
/** All words of `--spacing`. */
export const spacingWords: readonly SpacingWord[] = Object.keys(spacings) as SpacingWord[]

/** The sampler of these words. */
export function samplerOf(steps: number, sampler: SamplerWord = 'ddim', spacing?: SpacingWord): Sampler {
  return samplers[sampler]({ steps, ...(spacing && { spacing: spacings[spacing]() }) })
}
