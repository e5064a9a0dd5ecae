/** A scheduler_config.json of a model that had none. @module */
import { type JsonObject, refusal } from '@gen/backend'
import type { Diffusion } from '@gen/diffusion'
import type { Unet2D } from '../unet-2d/unet-2d.ts'

const layouts: Readonly<Record<string, string>> = {
  linear: 'linear',
  scaledLinear: 'scaled_linear',
  squaredCosine: 'squaredcos_cap_v2',
}
const predictions: Readonly<Record<string, string>> = { noise: 'epsilon', data: 'sample', velocity: 'v_prediction' }

/**
 * DDIM's for a discrete schedule, that of flow matching for a flow prediction.
 *
 * @throws GenError `config` for what no scheduler of diffusers has.
 */
export function schedulerConfigOf({ config }: Diffusion, { config: { time } }: Unet2D): Record<string, unknown> {
  const where = 'convert.diffusionToDiffusers'
  const { prediction } = config
  const called = time as JsonObject
  if (prediction.kind === 'flow' && called.kind === 'flow') {
    return { _class_name: 'FlowMatchEulerDiscreteScheduler', num_train_timesteps: called.scale, shift: 1 }
  }
  const zeroEnd = config.schedule.kind === 'zeroTerminalSnr'
  const schedule = (zeroEnd ? config.schedule.schedule : config.schedule) as JsonObject
  const [layout, type] = [layouts[String(schedule.betas)], predictions[String(prediction.kind)]]
  if (schedule.kind !== 'discrete' || layout === undefined || type === undefined) {
    throw refusal('config', where, {
      expected: 'discreteSchedule() with noise, data or velocity predicted, or a flow',
      got: `${config.schedule.kind} with ${prediction.kind}`,
      remedy: 'pass the schedulerConfig that belongs to it',
    })
  }
  return {
    _class_name: 'DDIMScheduler',
    num_train_timesteps: schedule.steps,
    beta_schedule: layout,
    beta_start: schedule.betaStart,
    beta_end: schedule.betaEnd,
    prediction_type: type,
    clip_sample: false,
    set_alpha_to_one: true,
    steps_offset: 0,
    timestep_spacing: 'trailing',
    rescale_betas_zero_snr: zeroEnd,
  }
}
