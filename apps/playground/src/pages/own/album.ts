/** Pictures that a visitor brought: by their fingerprint, in memory and in the browser's storage. @module */
import { GenError } from '@gen/backend'
import { type Dataset, npzDataset } from '@gen/data'
import { decodeNpz, encodeNpz, toArray } from '@gen/io'
import { browserStore } from '@gen/io/browser'
import { bitsOf } from '../../trainer/bits.ts'

/** Pictures as an npz file of bytes. */
type Album = Uint8Array

/** Those of this visit, whatever the browser keeps. */
const held = new Map<string, Album>()
const file = 'pictures.npz'
const storeOf = (name: string) => browserStore(`gen-playground/pictures/${name}`)

/** Puts pictures into an npz file. */
export function packed(pictures: Dataset): Album {
  const { x } = pictures.take(Array.from({ length: pictures.size }, (_, i) => i))
  const data = Uint8Array.from(x.dataSync(), (value) => Math.round(255 * value))
  x.dispose()
  return encodeNpz({ x: { dtype: 'U8', shape: [pictures.size, ...pictures.shape], data } }, { compress: true })
}

/** Keeps an album; its fingerprint, and what is to be told where the browser does not keep it. */
export async function keepAlbum(album: Album): Promise<{ name: string; told: readonly string[] }> {
  const name = bitsOf(Uint8Array.from(toArray(decodeNpz(album).x!), Number))
  held.set(name, album)
  try {
    await storeOf(name).save(0, { [file]: album })
    return { name, told: [] }
  } catch (error) {
    if (!GenError.is(error)) throw error
    return { name, told: [`This browser does not keep the pictures, so a reload forgets them: ${error.message}.`] }
  }
}

/** The album with a fingerprint, or nothing. */
export async function findAlbum(name: string): Promise<Album | undefined> {
  const own =
    held.get(name) ??
    (
      await storeOf(name)
        .load(0)
        .catch(() => undefined)
    )?.[file]
  if (own) held.set(name, own)
  return own
}

/** The pictures of an album, to learn from. */
export const picturesOf = (album: Album): Dataset => npzDataset(album)
