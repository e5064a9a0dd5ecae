/** From a visitor's files to pictures to learn from. @module */
import { type GenError, refusal } from '@gen/backend'
import { type Dataset, fitImages, imageFiles, npzDataset } from '@gen/data'
import { decodeNpz, decodeZip } from '@gen/io'
import type { Brought } from '../../trainer/lesson.ts'
import { keepAlbum, packed } from './album.ts'
import { fewest, most, pixels } from './view.ts'

const where = 'playground'
/** No picture file is larger. */
const mostBytes = 2 ** 26

type Fit = 'crop' | 'pad'

/**
 * Takes pictures, an npz file, or a run that was saved here.
 *
 * @throws GenError `file` for files that are none of these, or of several kinds, for too few pictures, and for a damaged file.
 */
export async function bring(files: readonly File[], how: string): Promise<Brought> {
  const fit: Fit = how === 'pad' ? 'pad' : 'crop'
  const named = (pattern: RegExp) => files.filter(({ name }) => pattern.test(name))
  const [zips, arrays, images] = [named(/\.zip$/i), named(/\.npz$/i), named(/\.(png|jpe?g|jpe|jfif)$/i)]
  const kinds = [zips, arrays, images].filter(({ length }) => length > 0).length
  if (kinds > 1 || zips.length + arrays.length > 1) {
    const got = `${images.length} pictures, ${arrays.length} .npz and ${zips.length} .zip`
    throw refusal('file', where, { expected: 'pictures alone, or one file of the others', got, remedy: 'choose again' })
  }
  if (zips[0]) return bringRun(await bytesOf(zips[0]))
  const told: string[] = []
  const pictures = arrays[0]
    ? await fromArrays(await bytesOf(arrays[0]), fit, told)
    : await fromImages(images, files.length, fit, told)
  const { name, told: more } = await keepAlbum(packed(pictures))
  return { settings: { pictures: name }, told: [...told, ...more] }
}

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())

async function fromImages(images: readonly File[], among: number, fit: Fit, told: string[]): Promise<Dataset> {
  if (images.length === 0) {
    const remedy = 'PNG, JPEG and .npz can be read'
    throw refusal('file', where, { expected: 'pictures', got: `${among} files of other kinds`, remedy })
  }
  const left: string[] = []
  const usable = images.filter(({ size }) => size <= mostBytes).slice(0, most)
  const readable = usable.map((file) => ({ name: file.name, read: () => bytesOf(file) }))
  const pictures = await imageFiles(readable, { size: pixels, fit, leaveOut: (name) => left.push(name) })
  if (left.length > 0)
    told.push(`${left.length} of ${usable.length} could not be read and were left out: ${some(left)}.`)
  if (images.length > most) told.push(`${images.length} pictures are more than fit here; the first ${most} are taken.`)
  return enough(pictures)
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ')

/** Images under the usual names of arrays, or under the only one. */
async function fromArrays(bytes: Uint8Array, fit: Fit, told: string[]): Promise<Dataset> {
  const arrays = decodeNpz(bytes)
  const usual = ['x', 'x_train', 'images', 'arr_0'].find((name) => name in arrays)
  const items = usual ?? Object.keys(arrays).find((name) => arrays[name]!.shape.length >= 3) ?? 'x'
  const all = npzDataset(bytes, { items })
  if (all.size > most)
    told.push(`${all.size} pictures are more than fit here; ${most}, evenly over the file, are taken.`)
  return enough(fitImages(all.size > most ? thinned(all) : all, { size: pixels, fit }))
}

function thinned(all: Dataset): Dataset {
  const places = (indices: ArrayLike<number>) => Array.from(indices, (i) => Math.floor((i * all.size) / most))
  return { ...all, size: most, take: (indices) => all.take(places(indices)) }
}

function enough(pictures: Dataset): Dataset {
  if (pictures.size >= fewest) return pictures
  throw refusal('file', where, { expected: `at least ${fewest} pictures`, got: pictures.size, remedy: 'add some' })
}

/** A run that was saved by this page: its pictures are kept, and its keyframe is handed on. */
async function bringRun(bytes: Uint8Array): Promise<Brought> {
  const files = decodeZip(bytes)
  const text = (name: string) => new TextDecoder().decode(files[name] ?? new Uint8Array())
  const [link, name, step] = [text('run/link.txt'), text('run/name.txt'), stepOf(files['run/state.json'])]
  if (!/^#\/own(\?|$)/.test(link) || name === '' || step === undefined) {
    const remedy = 'unpacked, a model folder is opened by gen sample and openModel'
    throw refusal('file', where, { expected: 'a run that this page saved', got: 'another zip file', remedy })
  }
  const album = files['run/pictures.npz']
  if (album) await keepAlbum(album)
  const keyframe = Object.entries(files).flatMap(([path, data]) =>
    /^run\/(state\.json|tape\.json|weights\.safetensors)$/.test(path)
      ? [[path.slice('run/'.length), data] as const]
      : [],
  )
  return { settings: {}, told: [], run: { link, name, step, files: Object.fromEntries(keyframe) } }
}

function stepOf(state: Uint8Array | undefined): number | undefined {
  try {
    const { step } = JSON.parse(new TextDecoder().decode(state)) as { step?: unknown }
    return typeof step === 'number' && Number.isSafeInteger(step) && step >= 0 ? step : undefined
  } catch {
    return undefined
  }
}

/** What a link names and this browser does not have. */
export function missing(name: string): GenError {
  return refusal('file', where, {
    expected: `the pictures ${name.slice(0, 8)}, which no link can hold`,
    got: 'none in this browser',
    remedy: 'bring the same pictures and the run goes on, or go on with drawn faces',
  })
}
