/** Folders of diffusers' autoencoders, read and written. @module */
import { refusal } from '@gen/backend'
import { type AutoencoderKl, autoencoderKl, autoencoderKlPlan } from '../autoencoders/autoencoder-kl.ts'
import { autoencoderKlConfig, vqModelConfig } from '../autoencoders/config.ts'
import { type VqModel, vqModel, vqModelPlan } from '../autoencoders/vq-model.ts'
import { assertWeights, fromPeer, type NamedWeight, type WeightShape } from '../weights/named-weight.ts'
import { type ForeignFiles, readerOf, readJson } from './files.ts'
import { readPeerWeights } from './read-weights.ts'
import { moduleFiles } from './to-diffusers.ts'

/** Options of {@link autoencoderFromDiffusers}. */
export interface AutoencoderFromDiffusersOptions {
  /** Height and width of the images, where they are not the config's `sample_size`. @default the config's */
  readonly size?: [number, number]
}

const where = 'convert.autoencoderFromDiffusers'

/**
 * Opens an `AutoencoderKL` or a `VQModel`: the folder of the module alone, or that of a pipeline with `vae/` or `vqvae/` in it. It maps images in
 * [0, 1] to codes and back, as every latent model here.
 *
 * @throws GenError `file` for files that are missing, broken, pickled, or do not fit each other; `config` or `range` for a config of what we have not.
 * Nothing is allocated before the weights are known to fit.
 * @see https://huggingface.co/docs/diffusers/api/models/autoencoderkl
 * @example
 * const autoencoder = await autoencoderFromDiffusers(await autoencoderToDiffusers(vqModel({ sample_size: 8, block_out_channels: [8], norm_num_groups: 4 })))
 * autoencoder.latentSize // 192
 */
export async function autoencoderFromDiffusers(
  source: ForeignFiles,
  { size }: AutoencoderFromDiffusersOptions = {},
): Promise<AutoencoderKl | VqModel> {
  const read = readerOf(where, source)
  for (const folder of ['vae/', 'vqvae/', '']) {
    const given = await readJson(where, read, `${folder}config.json`)
    if (given === undefined) continue
    const json = size ? { ...given, sample_size: size } : given
    const weights = () => readPeerWeights(where, read, folder)
    if (given._class_name === 'AutoencoderKL') {
      const config = autoencoderKlConfig(json)
      return filled(autoencoderKlPlan(config), await weights(), () => autoencoderKl(config))
    }
    if (given._class_name === 'VQModel') {
      const config = vqModelConfig(json)
      return filled(vqModelPlan(config), await weights(), () => vqModel(config))
    }
    const got = JSON.stringify(given._class_name)
    throw refusal('config', where, { expected: 'an AutoencoderKL or a VQModel', got })
  }
  throw refusal('file', where, { expected: 'config.json, vae/config.json or vqvae/config.json', got: 'none' })
}

function filled<T extends { readonly weights: readonly NamedWeight[]; dispose(): void }>(
  plan: readonly WeightShape[],
  weights: Parameters<typeof fromPeer>[2],
  make: () => T,
): T {
  assertWeights(where, plan, weights)
  const model = make()
  try {
    fromPeer(where, model.weights, weights)
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

/**
 * The files of an autoencoder, by name: `AutoencoderKL.from_pretrained` or `VQModel.from_pretrained` loads the folder that they make, and
 * {@link autoencoderFromDiffusers} gives the same bits again.
 *
 * @example
 * const files = await autoencoderToDiffusers(vqModel({ sample_size: 8, block_out_channels: [8], norm_num_groups: 4 }))
 * Object.keys(files) // ['config.json', 'diffusion_pytorch_model.safetensors']
 */
export async function autoencoderToDiffusers(model: AutoencoderKl | VqModel): Promise<Record<string, Uint8Array>> {
  const name = 'parts' in model ? 'AutoencoderKL' : 'VQModel'
  return moduleFiles(name, model.peerConfig, model.weights)
}
