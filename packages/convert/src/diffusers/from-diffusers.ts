/** Folders of diffusers' models, read. @module */
import { allOrNothing, refusal } from '@gen/backend'
import { type Diffusion, type DiffusionOptions, diffusion } from '@gen/diffusion'
import { type Scheduler, schedulerFromDiffusers } from '../schedulers/scheduler.ts'
import { unet2DConfig } from '../unet-2d/config.ts'
import { type Unet2D, unet2D, unet2DPlan } from '../unet-2d/unet-2d.ts'
import { assertWeights, fromPeer } from '../weights/named-weight.ts'
import { type FileReader, type ForeignFiles, readerOf, readJson } from './files.ts'
import { readPeerWeights } from './read-weights.ts'

/** Options of {@link diffusionFromDiffusers}. */
export interface FromDiffusersOptions
  extends Pick<DiffusionOptions, 'range' | 'mean' | 'std' | 'dropLabel' | 'loss' | 'weighting' | 'times'> {
  /** Height and width, for a config without `sample_size`, or to sample others. @default the config's */
  size?: [number, number]
  /** Classes that labels tell apart; one less than `num_class_embeds` where the last embedding stands for "no class". @default num_class_embeds */
  classes?: number
}

/** A model of diffusers among ours. */
export interface DiffusersModel {
  /** Samples, trains on, maps latents; its variables are the network's. */
  readonly model: Diffusion
  readonly network: Unet2D
  /** The scheduler's sampler, at the levels where it asks. @default steps: 50 */
  readonly sampler: Scheduler['sampler']
  /** What `scheduler_config.json` says. */
  readonly schedulerConfig: Readonly<Record<string, unknown>>
}

const where = 'convert.diffusionFromDiffusers'

/** DDPM as published, for a network without a scheduler beside it. */
const standardScheduler = { _class_name: 'DDPMScheduler' }

/**
 * Opens a `UNet2DModel` with its scheduler: the folder of a pipeline (`unet/`, `scheduler/`), or that of the network alone, with a
 * `scheduler_config.json` beside it if there is one. Weights are safetensors, in one file or in shards, in float32, float16 or bfloat16.
 *
 * Images are in [0, 1] outside, as everywhere here, and in [−1, 1] inside, as diffusers has them.
 *
 * The files are not trusted: names and shapes of all weights are compared with those of the config before anything is allocated, and an error leaves
 * no tensor behind.
 *
 * @param source - Files by name, or a function that reads one.
 * @throws GenError `file` for files that are missing, broken, pickled, or do not fit each other; `config` or `range` for a config of what we have not.
 * @see https://huggingface.co/docs/diffusers/api/models/unet2d
 * @example
 * const opened = await diffusionFromDiffusers(diffusersFolder)
 * const pictures = await opened.model.sample({ count: 2, sampler: opened.sampler({ steps: 5 }), key: key(0) })
 */
export async function diffusionFromDiffusers(
  source: ForeignFiles,
  { size, classes, dropLabel = 0, ...options }: FromDiffusersOptions = {},
): Promise<DiffusersModel> {
  const read = readerOf(where, source)
  const { folder, config: json } = await networkConfig(read)
  const config = unet2DConfig(size ? { ...json, sample_size: size } : json)
  const schedulerConfig = (await schedulerOf(read, folder)) ?? standardScheduler
  const { schedule, prediction, time, sampler } = schedulerFromDiffusers(schedulerConfig)
  if (config.out_channels > config.in_channels) {
    const got = `${config.in_channels} in, ${config.out_channels} out`
    throw refusal('config', where, { expected: 'no more channels out than in: we have no learned variances', got })
  }
  const plan = unet2DPlan(config)
  const weights = await readPeerWeights(where, read, folder)
  assertWeights(where, plan, weights)
  return allOrNothing(() => {
    const network = unet2D(config, { time })
    fromPeer(where, network.weights, weights)
    const known = classes ?? config.num_class_embeds ?? 0
    const model = diffusion({ ...options, network, schedule, prediction, classes: known, dropLabel })
    return { model, network, sampler, schedulerConfig }
  })
}

interface NetworkFolder {
  readonly folder: '' | 'unet/'
  readonly config: Readonly<Record<string, unknown>>
}

async function networkConfig(read: FileReader): Promise<NetworkFolder> {
  for (const folder of ['unet/', ''] as const) {
    const config = await readJson(where, read, `${folder}config.json`)
    if (config === undefined) continue
    if (config._class_name === undefined || config._class_name === 'UNet2DModel') return { folder, config }
    const got = JSON.stringify(config._class_name)
    const remedy = 'open an AutoencoderKL or a VQModel with autoencoderFromDiffusers'
    throw refusal('config', where, { expected: `${folder}config.json of a UNet2DModel`, got, remedy })
  }
  throw refusal('file', where, { expected: 'config.json, or unet/config.json of a pipeline', got: 'neither' })
}

async function schedulerOf(read: FileReader, folder: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const name = 'scheduler_config.json'
  return (folder && (await readJson(where, read, `scheduler/${name}`))) || readJson(where, read, name)
}
