/** Samplers and spacings by name, as files, links and command lines hold them. @module */
import { refusal } from '@gen/backend'
import { evenSpacing } from '../spacings/even.ts'
import { exponentialSpacing } from '../spacings/exponential.ts'
import { karrasSpacing } from '../spacings/karras.ts'
import { leadingSpacing } from '../spacings/leading.ts'
import type { Spacing } from '../spacings/spacing.ts'
import { trailingSpacing } from '../spacings/trailing.ts'
import { adaptive } from './adaptive.ts'
import { ddim } from './ddim.ts'
import { ddpmAncestral } from './ddpm-ancestral.ts'
import { deis } from './deis.ts'
import { dpmSolver2M } from './dpm-solver-2m.ts'
import { dpmSolver2S } from './dpm-solver-2s.ts'
import { dpmSolver3M } from './dpm-solver-3m.ts'
import { dpm2 } from './dpm2.ts'
import { dpm2Ancestral } from './dpm2-ancestral.ts'
import { edmHeun } from './edm-heun.ts'
import { eulerAncestral } from './euler-ancestral.ts'
import { flowHeun } from './flow-heun.ts'
import { flowMidpoint } from './flow-midpoint.ts'
import { heun } from './heun.ts'
import { lms } from './lms.ts'
import { pndm } from './pndm.ts'
import { saSolver } from './sa-solver.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { uniPc } from './uni-pc.ts'

/** Names of samplers. Those of one meaning have one: Euler's step, in σ or in flow time, is that of ddim. */
export const samplerNames = [
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
/** Names of spacings. */
export const spacingNames = ['even', 'leading', 'trailing', 'karras', 'exponential'] as const

/** A name of a sampler. */
export type SamplerName = (typeof samplerNames)[number]
/** A name of a spacing. */
export type SpacingName = (typeof spacingNames)[number]

const samplers: Readonly<Record<SamplerName, (options: SamplerOptions) => Sampler>> = {
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

const spacings: Readonly<Record<SpacingName, () => Spacing>> = {
  even: evenSpacing,
  leading: leadingSpacing,
  trailing: trailingSpacing,
  karras: karrasSpacing,
  exponential: exponentialSpacing,
}

/** The name of what draws unless told. */
export const usualSampler: SamplerName = 'unipc'

/** What {@link namedSampler} takes. */
export interface NamedSamplerOptions extends Omit<SamplerOptions, 'spacing'> {
  /** @default the sampler's own */
  spacing?: SpacingName
}

/**
 * The sampler of a name, along the levels of a named spacing: `dpmpp-2m-sde` is `dpmSolver2M` with `eta: 1`, `unipc` is `uniPc`.
 *
 * @throws GenError `config` for names that there are not; `range` for no steps.
 * @example
 * const sampler = namedSampler('dpmpp-2m-sde', { steps: 20, spacing: 'karras' })
 */
export function namedSampler(name: SamplerName, { spacing, ...options }: NamedSamplerOptions): Sampler {
  const where = 'diffusion.namedSampler'
  assertName(where, 'a sampler', name, samplerNames)
  if (spacing === undefined) return samplers[name](options)
  assertName(where, 'a spacing', spacing, spacingNames)
  return samplers[name]({ ...options, spacing: spacings[spacing]() })
}

function assertName(where: string, what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return
  throw refusal('config', where, { expected: `${what} of ${names.join(', ')}`, got: name })
}
