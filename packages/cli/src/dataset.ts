/** The data that `--data` names. @module */
import { readFile, stat } from 'node:fs/promises'
import { GenError, key } from '@gen/backend'
import { type Dataset, imageFolder, mnist, npyDataset, npzDataset, type ToyName, toy, toyNames } from '@gen/data'

/** Points in a toy dataset; fixed, so that a run depends on its seed and options alone. */
const toyPoints = 50_000

/**
 * Opens a dataset by name or path.
 *
 * @throws GenError 'file' or 'config' when there is no such dataset or it cannot be read.
 */
export async function openDataset(name: string): Promise<Dataset> {
  if (name === 'mnist') return mnist()
  if ((toyNames as readonly string[]).includes(name)) return toy(name as ToyName).dataset(toyPoints, key(0))
  const found = await stat(name).catch(() => undefined)
  if (!found) {
    const known = ['mnist', ...toyNames].join(', ')
    throw new GenError(
      'config',
      `gen: expected --data ${known}, or the path of an .npz or .npy file or a folder of images, got '${name}'`,
    )
  }
  if (found.isDirectory()) return imageFolder(name)
  if (name.endsWith('.npz')) return npzDataset(await readFile(name))
  if (name.endsWith('.npy')) return npyDataset(await readFile(name))
  throw new GenError(
    'config',
    `gen: expected an .npz or .npy file or a folder of images, got '${name}'; convert it first`,
  )
}
