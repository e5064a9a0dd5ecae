/** diffusers' schedulers as what we call schedule, prediction and sampler. @module */
import { assertInteger } from '@gen/backend'
import {
  dataPrediction,
  ddim,
  ddpmAncestral,
  discreteSchedule,
  dpmSolver1S,
  dpmSolver2M,
  euler,
  eulerAncestral,
  flowEuler,
  flowPrediction,
  heun,
  karrasSpacing,
  levelOfFlowTime,
  type NoiseSchedule,
  noisePrediction,
  type Parameterization,
  pndm,
  rectifiedFlow,
  type Sampler,
  type SamplerOptions,
  type Spacing,
  uniPc,
  velocityPrediction,
  zeroTerminalSnr,
} from '@gen/diffusion'
import type { NetworkTimeConfig } from '../unet-2d/network-time.ts'
import { clipped } from './clipped.ts'
import { type DiscreteConfig, type SchedulerConfigs, schedulerConfig } from './scheduler-config.ts'
import { stepSpacing, type TimestepOptions, timesteps } from './timesteps.ts'

/** A scheduler of diffusers along our axes. */
export interface Scheduler {
  readonly schedule: NoiseSchedule
  readonly prediction: Parameterization
  /** What its networks call time. */
  readonly time: NetworkTimeConfig
  /** Its sampler, at the levels where it asks. @default steps: 50 */
  sampler(options?: { readonly steps?: number }): Sampler
}

const betas = { linear: 'linear', scaled_linear: 'scaledLinear', squaredcos_cap_v2: 'squaredCosine' } as const
const predictions = { epsilon: noisePrediction, sample: dataPrediction, v_prediction: velocityPrediction }

/**
 * Reads a `scheduler_config.json`: DDIM, DDPM, PNDM, Euler, Euler ancestral, Heun, DPM-Solver++ (2M, also as an SDE), UniPC, and Euler for flow
 * matching, with their spacings, offsets, ends, clipping and Karras's σ.
 *
 * diffusers' DDIM and DDPM step to `1000/steps` less than where they ask, which is another level than the next where timesteps are `linspace`;
 * ours step to the level at which they ask next. Its DDPM with `fixed_large` ends in fresh noise where the last timestep is not 0; ours does not.
 *
 * @throws GenError `config` for other schedulers, and for options that we have not and that would change the numbers.
 * @see Common diffusion noise schedules and sample steps are flawed (Lin et al., 2023) https://arxiv.org/abs/2305.08891
 * @example
 * const { schedule, sampler } = schedulerFromDiffusers({ _class_name: 'DDIMScheduler', beta_schedule: 'squaredcos_cap_v2' })
 * sampler({ steps: 50 }).name // 'ddim'
 */
export function schedulerFromDiffusers(config: unknown): Scheduler {
  const [name, options] = schedulerConfig(config)
  if (name === 'FlowMatchEulerDiscreteScheduler') {
    return flowScheduler(options as SchedulerConfigs['FlowMatchEulerDiscreteScheduler'])
  }
  const discrete = options as DiscreteConfig
  const schedule = scheduleOf(discrete)
  const { num_train_timesteps: steps } = discrete
  return {
    schedule,
    prediction: predictions[discrete.prediction_type](),
    time: { kind: 'steps', steps, schedule: schedule.config },
    sampler: withSteps((of) => samplers[name as keyof typeof samplers](discrete as never, of)),
  }
}

function scheduleOf(config: DiscreteConfig): NoiseSchedule {
  const { num_train_timesteps: steps, beta_start: betaStart, beta_end: betaEnd, beta_schedule } = config
  const schedule = discreteSchedule({ betas: betas[beta_schedule], steps, betaStart, betaEnd })
  return 'rescale_betas_zero_snr' in config && config.rescale_betas_zero_snr ? zeroTerminalSnr(schedule) : schedule
}

/** The sampler of so many steps. */
function withSteps(make: (of: { steps: number }) => Sampler): Scheduler['sampler'] {
  return ({ steps = 50 } = {}) => {
    assertInteger('convert.sampler', 'steps', steps, { min: 1 })
    return make({ steps })
  }
}

type Make<N extends keyof SchedulerConfigs> = (config: SchedulerConfigs[N], of: { steps: number }) => Sampler
type Discrete = Exclude<keyof SchedulerConfigs, 'FlowMatchEulerDiscreteScheduler'>

const clean = { endsClean: true }
const at = (config: DiscreteConfig, linspace: TimestepOptions['linspace'], ends = clean): Spacing =>
  stepSpacing({ ...config, linspace }, ends)

const samplers: { readonly [N in Discrete]: Make<N> } = {
  DDIMScheduler: (config, of) => within(config, ddim(toEnd(config, of))),
  DDPMScheduler: (config, { steps }) => {
    const variance = config.variance_type === 'fixed_large' ? 'large' : 'small'
    return within(config, ddpmAncestral({ steps, variance, spacing: at(config, 'rounded') }))
  },
  PNDMScheduler: (config, of) => pndm(toEnd(config, of)),
  EulerDiscreteScheduler: (config, of) => inSigma(config, of, euler),
  EulerAncestralDiscreteScheduler: (config, { steps }) => eulerAncestral({ steps, spacing: at(config, 'exact') }),
  HeunDiscreteScheduler: (config, of) => inSigma(config, of, heun),
  DPMSolverMultistepScheduler: (config, { steps }) => {
    const make = config.solver_order === 1 ? dpmSolver1S : dpmSolver2M
    return make({ steps, eta: config.algorithm_type === 'dpmsolver++' ? 0 : 1, spacing: at(config, 'oneMore') })
  },
  UniPCMultistepScheduler: (config, { steps }) =>
    uniPc({ steps, order: config.solver_order, spacing: at(config, 'oneMore') }),
}

type EndingConfig = SchedulerConfigs['DDIMScheduler'] | SchedulerConfigs['PNDMScheduler']

/** Steps that end clean, or at the first timestep: the step from there to itself changes nothing, and is left out. */
function toEnd(config: EndingConfig, { steps }: { steps: number }): SamplerOptions {
  const endsClean = config.set_alpha_to_one || steps === 1
  const spacing = at(config, 'rounded', { endsClean })
  if (endsClean || timesteps({ ...config, linspace: 'rounded' }, steps).at(-1) !== 0) return { steps, spacing }
  return { steps: steps - 1, spacing: (schedule) => spacing(schedule, steps).slice(0, -1) }
}

function within(
  { clip_sample, clip_sample_range }: { clip_sample: boolean; clip_sample_range: number },
  sampler: Sampler,
) {
  return clip_sample ? clipped(sampler, clip_sample_range) : sampler
}

type KarrasConfig = SchedulerConfigs['EulerDiscreteScheduler'] | SchedulerConfigs['HeunDiscreteScheduler']

function inSigma(
  config: KarrasConfig,
  { steps }: { steps: number },
  make: (options: SamplerOptions) => Sampler,
): Sampler {
  return make({ steps, spacing: config.use_karras_sigmas ? karrasSpacing() : at(config, 'exact') })
}

function flowScheduler(config: SchedulerConfigs['FlowMatchEulerDiscreteScheduler']): Scheduler {
  const { num_train_timesteps: all, shift } = config
  const shifted = (tau: number) => (shift * tau) / (1 + (shift - 1) * tau)
  // The scheduler shifts the ends of its range, and then once more what is even between them.
  const least = shifted(1 / all)
  const spacing: Spacing = (_, steps) => {
    const times = Array.from({ length: steps }, (_, i) =>
      shifted(steps === 1 ? 1 : 1 + ((least - 1) * i) / (steps - 1)),
    )
    return [...times.map(levelOfFlowTime), { signal: 1, noise: 0 }]
  }
  return {
    schedule: rectifiedFlow(),
    prediction: flowPrediction(),
    time: { kind: 'flow', scale: all },
    sampler: withSteps(({ steps }) => flowEuler({ steps, spacing })),
  }
}
