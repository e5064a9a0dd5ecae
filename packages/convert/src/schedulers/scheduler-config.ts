/** The scheduler_config.json of diffusers' schedulers that we have, strictly: an option that would change numbers is never left out silently. @module */
import { configFields, parseConfig, refusal } from '@gen/backend'
import * as v from 'valibot'

const where = 'convert.schedulerFromDiffusers'
const { size, count } = configFields
const flag = (value: boolean) => v.optional(v.boolean(), value)
/** An option that may be there, at the value at which it does nothing. */
const only = <const T extends string | boolean | number>(value: T) => v.optional(v.literal(value), value)
const none = v.optional(v.null(), null)
const beta = v.pipe(v.number(), v.minValue(2 ** -60), v.maxValue(0.999999))

/** Options of all that count in steps. */
const discrete = {
  num_train_timesteps: v.optional(v.pipe(size, v.minValue(2), v.maxValue(100_000)), 1000),
  beta_start: v.optional(beta, 0.0001),
  beta_end: v.optional(beta, 0.02),
  beta_schedule: v.optional(v.picklist(['linear', 'scaled_linear', 'squaredcos_cap_v2']), 'linear'),
  trained_betas: none,
  prediction_type: v.optional(v.picklist(['epsilon', 'sample', 'v_prediction']), 'epsilon'),
  steps_offset: v.optional(count, 0),
}
const spacing = (standard: 'leading' | 'linspace') =>
  v.optional(v.picklist(['leading', 'trailing', 'linspace']), standard)
const thresholds = {
  thresholding: only(false),
  dynamic_thresholding_ratio: v.optional(v.number()),
  sample_max_value: v.optional(v.number()),
}
const clipping = (standard: boolean) => ({
  clip_sample: flag(standard),
  clip_sample_range: v.optional(v.pipe(v.number(), v.minValue(2 ** -20), v.maxValue(2 ** 20)), 1),
})
const sigmas = { use_exponential_sigmas: only(false), use_beta_sigmas: only(false) }
const multistep = {
  ...discrete,
  ...thresholds,
  ...sigmas,
  use_flow_sigmas: only(false),
  flow_shift: v.optional(v.number()),
  use_dynamic_shifting: only(false),
  time_shift_type: v.optional(v.string()),
  use_karras_sigmas: only(false),
  timestep_spacing: spacing('linspace'),
  rescale_betas_zero_snr: only(false),
  final_sigmas_type: only('zero'),
  lower_order_final: only(true),
}

/** What each scheduler may have. */
const schemas = {
  DDIMScheduler: v.strictObject({
    ...discrete,
    ...thresholds,
    ...clipping(true),
    timestep_spacing: spacing('leading'),
    set_alpha_to_one: flag(true),
    rescale_betas_zero_snr: flag(false),
  }),
  DDPMScheduler: v.strictObject({
    ...discrete,
    ...thresholds,
    ...clipping(true),
    timestep_spacing: spacing('leading'),
    rescale_betas_zero_snr: flag(false),
    variance_type: v.optional(v.picklist(['fixed_small', 'fixed_small_log', 'fixed_large']), 'fixed_small'),
  }),
  PNDMScheduler: v.strictObject({
    ...discrete,
    timestep_spacing: spacing('leading'),
    skip_prk_steps: only(false),
    set_alpha_to_one: flag(false),
  }),
  EulerDiscreteScheduler: v.strictObject({
    ...discrete,
    ...sigmas,
    use_karras_sigmas: v.optional(v.nullable(v.boolean()), false),
    timestep_spacing: spacing('linspace'),
    interpolation_type: only('linear'),
    sigma_min: none,
    sigma_max: none,
    timestep_type: only('discrete'),
    rescale_betas_zero_snr: only(false),
    final_sigmas_type: only('zero'),
  }),
  EulerAncestralDiscreteScheduler: v.strictObject({
    ...discrete,
    timestep_spacing: spacing('linspace'),
    rescale_betas_zero_snr: only(false),
  }),
  HeunDiscreteScheduler: v.strictObject({
    ...discrete,
    ...sigmas,
    beta_start: v.optional(beta, 0.00085),
    beta_end: v.optional(beta, 0.012),
    clip_sample: only(false),
    clip_sample_range: v.optional(v.number()),
    use_karras_sigmas: v.optional(v.nullable(v.boolean()), false),
    timestep_spacing: spacing('linspace'),
  }),
  DPMSolverMultistepScheduler: v.strictObject({
    ...multistep,
    solver_order: v.optional(v.pipe(size, v.maxValue(2)), 2),
    algorithm_type: v.optional(v.picklist(['dpmsolver++', 'sde-dpmsolver++']), 'dpmsolver++'),
    solver_type: only('midpoint'),
    euler_at_final: only(false),
    use_lu_lambdas: only(false),
    lambda_min_clipped: none,
    variance_type: none,
  }),
  UniPCMultistepScheduler: v.strictObject({
    ...multistep,
    solver_order: only(2),
    predict_x0: only(true),
    solver_type: only('bh2'),
    disable_corrector: v.optional(v.pipe(v.array(v.number()), v.length(0))),
    solver_p: none,
    sigma_min: none,
    sigma_max: none,
    shift_terminal: none,
  }),
  FlowMatchEulerDiscreteScheduler: v.strictObject({
    ...sigmas,
    num_train_timesteps: v.optional(v.pipe(size, v.minValue(2), v.maxValue(100_000)), 1000),
    shift: v.optional(v.pipe(v.number(), v.minValue(0.01), v.maxValue(100)), 1),
    use_dynamic_shifting: only(false),
    base_shift: v.optional(v.nullable(v.number())),
    max_shift: v.optional(v.nullable(v.number())),
    base_image_seq_len: v.optional(v.number()),
    max_image_seq_len: v.optional(v.number()),
    invert_sigmas: only(false),
    shift_terminal: none,
    use_karras_sigmas: v.optional(v.nullable(v.literal(false))),
    time_shift_type: v.optional(v.string()),
    stochastic_sampling: only(false),
  }),
}

/** Options of all that count in steps. */
export interface DiscreteConfig {
  readonly num_train_timesteps: number
  readonly beta_start: number
  readonly beta_end: number
  readonly beta_schedule: 'linear' | 'scaled_linear' | 'squaredcos_cap_v2'
  readonly prediction_type: 'epsilon' | 'sample' | 'v_prediction'
  readonly steps_offset: number
  readonly timestep_spacing: 'leading' | 'trailing' | 'linspace'
}

interface Clipping {
  readonly clip_sample: boolean
  readonly clip_sample_range: number
}

/** The options of each scheduler that change its numbers, with their defaults. */
export interface SchedulerConfigs {
  readonly DDIMScheduler: DiscreteConfig & Clipping & { set_alpha_to_one: boolean; rescale_betas_zero_snr: boolean }
  readonly DDPMScheduler: DiscreteConfig &
    Clipping & { rescale_betas_zero_snr: boolean; variance_type: 'fixed_small' | 'fixed_small_log' | 'fixed_large' }
  readonly PNDMScheduler: DiscreteConfig & { set_alpha_to_one: boolean }
  readonly EulerDiscreteScheduler: DiscreteConfig & { use_karras_sigmas: boolean | null }
  readonly EulerAncestralDiscreteScheduler: DiscreteConfig
  readonly HeunDiscreteScheduler: DiscreteConfig & { use_karras_sigmas: boolean | null }
  readonly DPMSolverMultistepScheduler: DiscreteConfig & {
    solver_order: number
    algorithm_type: 'dpmsolver++' | 'sde-dpmsolver++'
  }
  readonly UniPCMultistepScheduler: DiscreteConfig & { solver_order: 2 }
  readonly FlowMatchEulerDiscreteScheduler: { num_train_timesteps: number; shift: number }
}

/** Names of the schedulers that we have. */
export type SchedulerName = keyof SchedulerConfigs

/**
 * The name and the options of a scheduler, from unknown data; members whose names begin with `_` are left out.
 *
 * @throws GenError `config` for a scheduler that we have not, or an option that would change its numbers and that we have not.
 */
export function schedulerConfig<N extends SchedulerName>(json: unknown): readonly [N, SchedulerConfigs[N]] {
  const named = parseConfig(where, 'a scheduler_config.json', v.looseObject({ _class_name: v.string() }), json)
  const name = named._class_name
  if (!Object.hasOwn(schemas, name)) {
    throw refusal('config', where, { expected: `one of ${Object.keys(schemas).join(', ')}`, got: JSON.stringify(name) })
  }
  const own = Object.fromEntries(Object.entries(named).filter(([member]) => !member.startsWith('_')))
  const schema: v.GenericSchema = schemas[name as N]
  return [name as N, parseConfig(where, `options of ${name} that we have`, schema, own) as SchedulerConfigs[N]]
}
