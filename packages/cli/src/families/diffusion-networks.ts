/** The networks of diffusion models, by the words of the command line. @module */
import { type Key, refusal } from '@gen/backend'
import { unet2D } from '@gen/convert'
import { type DiffusionOptions, discreteSchedule, type NoiseSchedule, pointDenoiser } from '@gen/diffusion'
import { unet } from '@gen/unet'
import type { AxisWords } from './diffusion-axes.ts'

/** All words of `--network`. */
export const networkWords = ['auto', 'unet2d'] as const

/** What a network is made of. */
export interface NetworkPlan {
  readonly network: (typeof networkWords)[number]
  readonly widths: readonly number[]
  readonly depth: number
  /** Levels with attention. */
  readonly attention: readonly number[]
  readonly classes: number
  /** Of what it is told. */
  readonly context: readonly number[] | undefined
  readonly schedule: AxisWords['schedule']
  readonly prediction: AxisWords['prediction']
  readonly key: Key
}

const command = 'gen train diffusion'

/** A network for items of this shape. */
export function networkOf(plan: NetworkPlan, shape: readonly number[]): DiffusionOptions['network'] {
  const { network, depth, classes, context, key } = plan
  const [widths, attention] = [[...plan.widths], [...plan.attention]]
  if (network === 'unet2d') return diffusersNetwork(plan, shape)
  if (shape.length === 1) return pointDenoiser({ size: shape[0]!, hidden: widths, classes, key })
  return unet({ shape: [...shape], widths, depth, attention, classes, ...(context && { context: [...context] }), key })
}

/** Diffusers’ schedulers by our words; `flow` is that of flow matching. */
const discrete: Partial<Record<AxisWords['schedule'], () => NoiseSchedule>> = {
  linear: () => discreteSchedule(),
  'scaled-linear': () => discreteSchedule({ betas: 'scaledLinear' }),
  'squared-cosine': () => discreteSchedule({ betas: 'squaredCosine' }),
}

/**
 * The schedule of a network that diffusers will sample with, in its thousand steps; undefined for flow matching, which is as it is.
 *
 * @throws GenError 'config' for schedules and predictions that no scheduler of diffusers has.
 */
export function diffusersSchedule({
  schedule,
  prediction,
}: Pick<NetworkPlan, 'schedule' | 'prediction'>): NoiseSchedule | undefined {
  if (schedule === 'flow' && prediction === 'flow') return undefined
  const make = discrete[schedule]
  if (make && prediction !== 'flow' && prediction !== 'edm') return make()
  throw refusal('config', command, {
    expected: 'a schedule and a prediction that a scheduler of diffusers has, for --network unet2d',
    got: `--schedule ${schedule} --prediction ${prediction}`,
    remedy:
      'pass --schedule squared-cosine, linear or scaled-linear with --prediction velocity, noise or data, or flow for both',
  })
}

function diffusersNetwork(plan: NetworkPlan, shape: readonly number[]): DiffusionOptions['network'] {
  const { widths, depth, attention, classes, context, key } = plan
  const [height = 0, width = 0, channels = 0] = shape
  const schedule = diffusersSchedule(plan)
  assertPictures(shape, context)
  const kinds = widths.map((_, level) => (attention.includes(level) ? 'AttnDownBlock2D' : 'DownBlock2D'))
  const config = {
    sample_size: [height, width] as [number, number],
    in_channels: channels + (context?.[2] ?? 0),
    out_channels: channels,
    down_block_types: kinds,
    up_block_types: kinds.map((kind) => kind.replace('Down', 'Up')).reverse(),
    block_out_channels: [...widths],
    layers_per_block: depth,
    norm_num_groups: groupsOf(widths),
    add_attention: attention.length > 0,
    // The last is told where the class is not.
    ...(classes > 0 && { num_class_embeds: classes + 1 }),
  }
  const time = schedule
    ? ({ kind: 'steps', steps: 1000, schedule: schedule.config } as const)
    : ({ kind: 'flow', scale: 1000 } as const)
  return unet2D(config, { key, time })
}

function assertPictures(shape: readonly number[], context: readonly number[] | undefined): void {
  const told = context && (context[0] !== shape[0] || context[1] !== shape[1])
  if (shape.length === 3 && !told) return
  throw refusal('config', command, {
    expected: 'pictures, told of none but pictures of their size, for --network unet2d',
    got: told ? `--told [${context.join(', ')}] of [${shape.join(', ')}]` : `items of [${shape.join(', ')}]`,
    remedy: 'leave --network out',
  })
}

/** The largest power of two up to 32 that divides all widths. */
function groupsOf(widths: readonly number[]): number {
  return [32, 16, 8, 4, 2, 1].find((groups) => widths.every((width) => width % groups === 0)) ?? 1
}
