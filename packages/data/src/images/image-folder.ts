/** Datasets from folders of image files. Node only. @module */
import { refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { nodeModule } from '../readers/host.ts'
import { type ImageFile, type ImageFilesOptions, readAll } from './image-files.ts'
import { named } from './named.ts'

/** A dataset from a folder. */
export interface FolderDataset extends Dataset {
  /** The names of the classes, by label; empty when the images lie in the folder itself. */
  readonly classNames: readonly string[]
}

interface Listing {
  readonly images: ImageFile[]
  /** Paths of images that we do not read. */
  readonly others: string[]
}

const imageName = /^[^.].*\.(png|jpe?g|jpe|jfif)$/i
const otherImageName = /^[^.].*\.(webp|gif|bmp|tiff?|avif|hei[cf]|jxl|jp2|p[bgpn]m)$/i
const maxFileBytes = 2 ** 26
const remedy = 'use imageFiles'

/**
 * Makes a dataset from a folder of PNG and JPEG files, or from one with a subfolder for each class; labels number the
 * subfolders by name. Images in folders below a subfolder are of its class too, in the order of their paths. Files that are no
 * images, names that begin with a dot and links that lead nowhere or back are passed over. Node only; elsewhere use
 * {@link imageFiles}.
 *
 * @throws GenError `file` for a folder without images, with images both beside and inside subfolders, with images of other
 * formats (WebP, GIF, …) unless `leaveOut` is told of them, and as {@link imageFiles}; `config` outside Node.
 * @example
 * const faces = await imageFolder('faces', { size: 32 })
 */
export async function imageFolder(path: string, options: ImageFilesOptions = {}): Promise<FolderDataset> {
  const where = 'data.imageFolder'
  const { images, folders, others } = await listFolder(where, path)
  const inside: Listing[] = []
  for (const folder of folders) inside.push(await listTree(where, folder.path, [await realPath(where, path)]))
  passOver(where, [...others, ...inside.flatMap((each) => each.others)], options.leaveOut)
  const classes = folders
    .map(({ name }, i) => ({ name, images: inside[i]?.images ?? [] }))
    .filter((entry) => entry.images.length > 0)
  if (images.length > 0 && classes.length > 0) {
    const got = `${images.length} beside ${classes.length} of them`
    throw refusal('file', where, { expected: `all images of ${path} in subfolders or none`, got, remedy: 'move them' })
  }
  const files =
    images.length > 0 ? images : classes.flatMap((entry, label) => entry.images.map((image) => ({ ...image, label })))
  if (files.length === 0) throw refusal('file', where, { expected: `PNG or JPEG files in ${path}`, got: 'none' })
  const found = await readAll(where, files, options, classes.length > 0 ? classes.length : undefined)
  return { ...found, classNames: classes.map(({ name }) => name) }
}

/** The images in a folder and in all below it; `above` are the folders on the way, which a link may lead back to. */
async function listTree(where: string, path: string, above: readonly string[]): Promise<Listing> {
  const own = await realPath(where, path)
  if (above.includes(own)) return { images: [], others: [] }
  const { folders, ...here } = await listFolder(where, path)
  const all: Listing[] = [here]
  for (const folder of folders) all.push(await listTree(where, folder.path, [...above, own]))
  return { images: all.flatMap(({ images }) => images), others: all.flatMap(({ others }) => others) }
}

/** Images of other formats: one error names all, or each is told of. */
function passOver(where: string, others: readonly string[], leaveOut: ImageFilesOptions['leaveOut']): void {
  if (others.length === 0) return
  const them = others.length === 1 ? 'it' : 'them'
  const refused = (got: string) =>
    refusal('file', where, {
      expected: 'images as PNG or JPEG',
      got,
      remedy: `convert ${them}, move ${them} away, or pass leaveOut`,
    })
  if (!leaveOut) throw refused(named(others, { join: ', ', last: ' ' }))
  for (const name of others) leaveOut(name, refused(name))
}

function realPath(where: string, path: string): Promise<string> {
  return nodeModule(where, 'node:fs/promises', remedy).realpath(path)
}

async function listFolder(
  where: string,
  path: string,
): Promise<Listing & { folders: { name: string; path: string }[] }> {
  const { readdir, stat } = nodeModule(where, 'node:fs/promises', remedy)
  const { join } = nodeModule(where, 'node:path', remedy)
  const names = await readdir(path).catch((cause) => {
    throw refusal('file', where, { expected: `to read the folder ${path}`, got: (cause as Error).message, cause })
  })
  const images: ImageFile[] = []
  const folders: { name: string; path: string }[] = []
  const others: string[] = []
  // Sorted by code units: the same labels on every machine.
  for (const name of names.sort()) {
    const full = join(path, name)
    const stats = await stat(full).catch(() => undefined)
    if (stats?.isDirectory() && !name.startsWith('.')) folders.push({ name, path: full })
    if (stats?.isFile() && otherImageName.test(name)) others.push(full)
    if (stats?.isFile() && imageName.test(name))
      images.push({ name: full, read: () => readImage(where, full, stats.size) })
  }
  return { images, folders, others }
}

async function readImage(where: string, file: string, size: number): Promise<Uint8Array> {
  if (size > maxFileBytes) {
    throw refusal('file', where, { expected: `files of at most ${maxFileBytes} bytes`, got: `${size} in ${file}` })
  }
  const bytes = await nodeModule(where, 'node:fs/promises', remedy).readFile(file)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
