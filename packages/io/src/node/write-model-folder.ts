/** Model folders, written. @module */
import { failure } from '../checkpoints/failure.ts'
import { type ModelFolderContents, modelFilesFor } from '../model-files.ts'
import { replaceFiles } from './replace-file.ts'

/**
 * Writes a model folder: `config.json`, `model.safetensors`, `README.md` and, if given, `samples.png`. Everything is on the
 * disk under temporary names before anything is replaced; other files in the folder stay.
 *
 * @param path The folder; made if need be.
 * @throws GenError `config` when the configuration is not plain JSON; `file` when the disk is full or not writable.
 * @example
 * await writeModelFolder('digits', { config, tensors, card: { name: 'digits', data: 'MNIST', seed: 0 } })
 */
export async function writeModelFolder(path: string, contents: ModelFolderContents): Promise<void> {
  const where = 'io.writeModelFolder'
  const files = await modelFilesFor(where, contents)
  try {
    await replaceFiles(path, Object.entries(files))
  } catch (cause) {
    throw failure(where, path, cause)
  }
}
