/** The data that `--data` names. @module */
import { readFile, stat } from 'node:fs/promises'
import { GenError, key, refusal } from '@gen/backend'
import { type Dataset, mnist, npyDataset, npzDataset, stackedMnist, type ToyName, toy, toyNames } from '@gen/data'
import { faces } from '@gen/data/faces'
import { type DataOptions, parseAddress } from './data-address.ts'
import { openFolder, type Remedies } from './image-folder.ts'
import { nearest } from './nearest.ts'
import { isNamedText } from './text-data.ts'

/** Data to train on, or data of the same kind that training has not seen. */
export type Split = 'train' | 'test'

/** What is drawn, not read, is drawn by a fixed key: a run depends on its seed and options alone. */
const drawn = { train: key(0), test: key(1) }
const toyPoints = { train: 50_000, test: 10_000 }
const faceCount = { train: 20_000, test: 10_000 }

const named: Readonly<Record<string, (split: Split) => Dataset | Promise<Dataset>>> = {
  mnist: (split) => mnist({ split }),
  'stacked-mnist': (split) => stackedMnist({ split, key: drawn[split] }),
  faces: (split) => faces({ count: faceCount[split], key: drawn[split] }),
  ...Object.fromEntries(
    toyNames.map((name: ToyName) => [name, (split: Split) => toy(name).dataset(toyPoints[split], drawn[split])]),
  ),
}

/** Whether data come with the program: what they hold depends on their name alone. */
export function isNamed(name: string): boolean {
  return Object.hasOwn(named, name)
}

/** A dataset, and which part of it: files and folders have one part only. */
export interface NamedDataset {
  readonly dataset: Dataset
  readonly split: Split | 'all'
}

/**
 * Opens a dataset by name or path.
 *
 * @throws GenError 'file' or 'config' when there is no such dataset or it cannot be read.
 */
export async function openSplit(name: string, split: Split): Promise<NamedDataset> {
  const open = isNamed(name) ? named[name] : undefined
  if (open) return { dataset: await open(split), split }
  return { dataset: await openPath(name, 'address'), split: 'all' }
}

/** The data to train on; see {@link openSplit}. Of the commands, those that train have flags for how files are read. */
export async function openDataset(name: string): Promise<Dataset> {
  return isNamed(name) ? (await openSplit(name, 'train')).dataset : openPath(name, 'flags')
}

/** Names with options of other data than theirs are refused. */
function assertOptions(options: DataOptions, kind: 'npz' | 'folder' | 'other', got: string): void {
  const [ofNpz, ofFolder] = [options.x ?? options.labels, options.size ?? options.leaveOut]
  if (ofNpz !== undefined && kind !== 'npz') throw misplaced(options.x ? 'x' : 'labels', 'an .npz file', got)
  if (ofFolder !== undefined && kind !== 'folder')
    throw misplaced(options.size ? 'size' : 'leave-out', 'a folder of images', got)
}

function misplaced(flag: string, place: string, got: string): GenError {
  return refusal('config', 'gen', { expected: `--${flag} for ${place}`, got, remedy: 'leave it out' })
}

async function openPath(address: string, remedies: Remedies): Promise<Dataset> {
  const { path: name, options } = parseAddress(address)
  if (isNamed(name)) assertOptions(options, 'other', name)
  const found = await stat(name).catch(() => undefined)
  if (!found) {
    const known = Object.keys(named)
    const similar = nearest(name, known)
    const text = isNamedText(name) ? 'text is for gen train tokens' : 'no such file or folder'
    const remedy = similar.length > 0 ? `did you mean ${similar.join(', ')}?` : text
    throw new GenError(
      'config',
      `gen: expected --data ${known.join(', ')}, or the path of an .npz or .npy file or a folder of images, got ` +
        `'${name}'; ${remedy}`,
    )
  }
  assertOptions(options, found.isDirectory() ? 'folder' : name.endsWith('.npz') ? 'npz' : 'other', name)
  const { x: items, labels } = options
  if (found.isDirectory()) return openFolder(address, remedies)
  if (name.endsWith('.npz')) {
    return npzDataset(await readFile(name), { ...(items && { items }), ...(labels && { labels }) })
  }
  if (name.endsWith('.npy')) return npyDataset(await readFile(name))
  throw new GenError(
    'config',
    `gen: expected an .npz or .npy file or a folder of images, got '${name}'; convert it first`,
  )
}
