/** Folders that are not ours: PyTorch modules that `gen convert` wrote, models of diffusers, and ONNX files of anybody's. @module */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refusal } from '@gen/backend'
import { type DiffusersModel, diffusionFromDiffusers, modelFromPytorch } from '@gen/convert'
import { usualSampler } from '@gen/diffusion'
import { type OpenedModel, openModel, type SamplingDefaults } from '@gen/open'

/** Whose folder it is. */
export type FolderKind = 'gen' | 'pytorch' | 'diffusers' | 'autoencoder' | 'onnx'

/** Reads a file of a folder; nothing where there is none. */
export function folderReader(command: string, folder: string): (name: string) => Promise<Uint8Array | undefined> {
  return async (name) => {
    const path = join(folder, name)
    try {
      return new Uint8Array(await readFile(path))
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw refusal('file', command, { expected: `to read ${path}`, got: message, cause })
    }
  }
}

/** What ONNX files of latent models are called. */
export const onnxNames = ['decoder.onnx', 'generator.onnx'] as const

/** Says whose a folder is, by its configs: diffusers' name a class, those of PyTorch modules the places of weights; ONNX files have names. */
export async function folderKind(command: string, folder: string): Promise<FolderKind> {
  const read = folderReader(command, folder)
  const config = (await read('unet/config.json')) ?? (await read('config.json'))
  const text = config === undefined ? '' : new TextDecoder().decode(config)
  if (/"_class_name"\s*:\s*"(AutoencoderKL|VQModel)"/.test(text)) return 'autoencoder'
  if (text.includes('"_class_name"')) return 'diffusers'
  if (/"pytorch"\s*:\s*\{/.test(text)) return 'pytorch'
  return onnxNames.some((name) => existsSync(join(folder, name))) ? 'onnx' : 'gen'
}

/** Opens the model of any folder. */
export async function openAnyFolder(command: string, folder: string): Promise<OpenedModel> {
  const kind = await folderKind(command, folder)
  if (kind === 'onnx' || kind === 'autoencoder') {
    throw refusal('config', command, {
      expected: 'a model that samples: of ours, of PyTorch by gen convert, or a U-Net of diffusers',
      got: `${kind === 'onnx' ? 'ONNX files' : 'an autoencoder of diffusers'} in ${folder}`,
      remedy: 'gen align and gen edit open it',
    })
  }
  if (kind === 'gen') return openModel(folder)
  if (kind === 'pytorch') return openModel(await modelFromPytorch(folderReader(command, folder)))
  return fromDiffusers(await diffusionFromDiffusers(folderReader(command, folder)))
}

function fromDiffusers({ model }: DiffusersModel): OpenedModel {
  const { classes } = model.config
  const sampling: SamplingDefaults = { steps: 50, sampler: usualSampler, guidance: 1 }
  return { family: 'diffusion', model, own: model, classes, sampling, ...(classes === 0 && { latent: model }) }
}
