/** Folders that are not ours: PyTorch modules that `gen convert` wrote, and models of diffusers. @module */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refusal } from '@gen/backend'
import { type DiffusersModel, diffusionFromDiffusers, modelFromPytorch } from '@gen/convert'
import { usualSampler } from '@gen/diffusion'
import { type OpenedModel, openModel, type SamplingDefaults } from '@gen/open'

/** Whose folder it is. */
export type FolderKind = 'gen' | 'pytorch' | 'diffusers'

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

/** Says whose a folder is, by its configs: diffusers' name a class, those of PyTorch modules the places of weights. */
export async function folderKind(command: string, folder: string): Promise<FolderKind> {
  const read = folderReader(command, folder)
  const config = (await read('unet/config.json')) ?? (await read('config.json'))
  const text = config === undefined ? '' : new TextDecoder().decode(config)
  if (text.includes('"_class_name"')) return 'diffusers'
  return /"pytorch"\s*:\s*\{/.test(text) ? 'pytorch' : 'gen'
}

/** Opens the model of any folder. */
export async function openAnyFolder(command: string, folder: string): Promise<OpenedModel> {
  const kind = await folderKind(command, folder)
  if (kind === 'gen') return openModel(folder)
  if (kind === 'pytorch') return openModel(await modelFromPytorch(folderReader(command, folder)))
  return fromDiffusers(await diffusionFromDiffusers(folderReader(command, folder)))
}

function fromDiffusers({ model }: DiffusersModel): OpenedModel {
  const { classes } = model.config
  const sampling: SamplingDefaults = { steps: 50, sampler: usualSampler, guidance: 1 }
  return { family: 'diffusion', model, own: model, classes, sampling, ...(classes === 0 && { latent: model }) }
}
