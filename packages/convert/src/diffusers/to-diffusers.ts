/** Networks of diffusers' make, written as its folders. @module */
import type { Diffusion } from '@gen/diffusion'
import { encodeSafetensors } from '@gen/io'
import type { Unet2D } from '../unet-2d/unet-2d.ts'
import type { NamedWeight } from '../weights/named-weight.ts'
import { toPeer } from '../weights/named-weight.ts'
import { schedulerConfigOf } from './scheduler-config-of.ts'

/** Version of the library whose files these are. */
export const diffusersVersion = '0.42.0'

/** A diffusion model and the network that it was made of. */
export interface UnetModel {
  readonly model: Diffusion
  readonly network: Unet2D
  /** What a scheduler was read from; else one is written of the model's schedule and prediction. */
  readonly schedulerConfig?: Readonly<Record<string, unknown>>
}

/**
 * The files of a pipeline, by name: `DDIMPipeline.from_pretrained` loads the folder that they make, and {@link diffusionFromDiffusers} gives the same
 * bits again.
 *
 * @throws GenError `config` for a schedule or prediction that no scheduler of diffusers has.
 * @example
 * const opened = await diffusionFromDiffusers(diffusersFolder)
 * const files = await diffusionToDiffusers(opened)
 * Object.keys(files)[0] // 'model_index.json'
 */
export async function diffusionToDiffusers({
  model,
  network,
  schedulerConfig = schedulerConfigOf(model, network),
}: UnetModel): Promise<Record<string, Uint8Array>> {
  const { kind: _, time: __, ...config } = network.config
  const pipeline = schedulerConfig._class_name === 'DDPMScheduler' ? 'DDPMPipeline' : 'DDIMPipeline'
  const index = {
    _class_name: pipeline,
    _diffusers_version: diffusersVersion,
    scheduler: ['diffusers', schedulerConfig._class_name],
    unet: ['diffusers', 'UNet2DModel'],
  }
  return {
    'model_index.json': jsonFile(index),
    'scheduler/scheduler_config.json': jsonFile({ ...schedulerConfig, _diffusers_version: diffusersVersion }),
    ...(await moduleFiles('UNet2DModel', config, network.weights, 'unet/')),
  }
}

/** The config and the weights of one module. */
export async function moduleFiles(
  name: string,
  config: object,
  weights: readonly NamedWeight[],
  folder = '',
): Promise<Record<string, Uint8Array>> {
  const named = { _class_name: name, _diffusers_version: diffusersVersion, ...config }
  return {
    [`${folder}config.json`]: jsonFile(named),
    [`${folder}diffusion_pytorch_model.safetensors`]: encodeSafetensors(await toPeer(weights), { format: 'pt' }),
  }
}

function jsonFile(value: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
}
