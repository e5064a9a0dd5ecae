/** One function for all models that are stored. @module */
import { assertInteger } from '@gen/backend'
import { openFamily } from './families.ts'
import { filesOf, type ModelFiles } from './files.ts'
import type { OpenedModel } from './opened-model.ts'
import { readStoredModel } from './stored-model.ts'
import { where } from './where.ts'

/** Options of {@link openModel}. */
export interface OpenModelOptions {
  /** Largest file of weights in bytes. @default 2 ** 31 - 1 */
  readonly maxBytes?: number
  /** Follow links that lead out of the folder, as caches of model hubs have them. @default false */
  readonly followLinks?: boolean
}

/**
 * Opens the model of a model folder, or that of a run, of whatever family: from a folder in Node, from files in memory, or
 * through a function that reads a file anywhere (`fetch`, a file system of the browser, dropped files). Only the family of
 * the model is loaded.
 *
 * The files are not trusted: whatever is in them gives a model or an error, and an error leaves no tensor behind. Sizes are
 * compared before anything is allocated: those of files with `maxBytes`, those of the config with the weights beside it.
 *
 * @param source - A folder; its files by name; or what reads one, and gives nothing for a file that is not there. `config.json`
 * and `model.safetensors` are asked for, of a run those in `model/`.
 * @returns The model, with its weights: whoever opened it disposes it.
 * @throws GenError `file` for files that hold no model of a family that we know, for a config that its weights do not fit, for
 * weights that are truncated or not finite; `config`, `range`, `value` or `shape` for a config that makes no model or weights of
 * another one; `config` for a folder outside of Node, `value` for another source.
 * @example
 * const { model, family } = await openModel('runs/digits')
 * const pictures = await model.sample({ count: 16, key: key(0) })
 * model.dispose()
 * @example
 * const { model, classes } = await openModel({ 'config.json': configBytes, 'model.safetensors': weightBytes })
 * const labels = classes > 0 ? { labels: 3 } : {}
 * const pictures = await model.sample({ count: 4, key: key(0), ...labels })
 * model.dispose()
 * @example
 * const opened = await openModel((name) => readDropped(name))
 * const restored = opened.family === 'vae' ? opened.own.reconstruct(images) : images // what only a VAE can do
 * if (opened.latent) {
 *   const z = normal(key(1), [4, opened.latent.latentSize]) as Tensor2D
 *   const decoded = await opened.latent.decode(z)
 * }
 */
export async function openModel(
  source: string | ModelFiles,
  { maxBytes = 2 ** 31 - 1, followLinks = false }: OpenModelOptions = {},
): Promise<OpenedModel> {
  assertInteger(where, 'maxBytes', maxBytes, { min: 1 })
  return openFamily(await readStoredModel(filesOf(source, followLinks), maxBytes))
}
