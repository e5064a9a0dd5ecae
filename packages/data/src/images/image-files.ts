/** Datasets from image files. @module */
import { assertNumber, GenError, refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { imageDataset } from '../sets/image-dataset.ts'
import type { ByteImage } from './byte-image.ts'
import { decodeImage } from './decode-image.ts'
import { fitter } from './fitter.ts'
import { named } from './named.ts'

/** An image file, read when its turn comes. */
export interface ImageFile {
  /** Its name, for errors. */
  name: string
  /** Gives its bytes. */
  read(): Uint8Array | Promise<Uint8Array>
  /** Its class: a whole number from 0; all files have one or none has. */
  label?: number
}

/** Options of {@link imageFiles} and `imageFolder`. */
export interface ImageFilesOptions {
  /** Height and width of all images, whose areas are averaged. @default the files' own, which must agree */
  size?: number | readonly [height: number, width: number]
  /** With `size`, what happens to other proportions: the largest piece around the center is kept, or all, on the background. @default 'crop' */
  fit?: 'crop' | 'pad'
  /** RGB or gray. @default 3 */
  channels?: 1 | 3
  /** What transparent pixels lie on: 0 black … 255 white. @default 255 */
  background?: number
  /** Largest width × height of a file, checked before it is decoded. @default 2 ** 26 */
  maxPixels?: number
  /** Largest size of the whole dataset in bytes (a byte for each value). @default 2 ** 31 */
  maxBytes?: number
  /** Told of a file that cannot be decoded, or, in a folder, is of another format; it is then left out. @default all such files are refused */
  leaveOut?: (name: string, error: GenError) => void
}

/**
 * Makes a dataset from PNG and JPEG files, told apart by their content. They are decoded once, one after the other, and kept
 * as bytes.
 *
 * @throws GenError `file` for files that are damaged or too large, all of them named, and for one of another size than the first when
 * no `size` is given; `value` or `range` for options.
 * @example
 * const dropped = [...input.files].map((file) => ({ name: file.name, read: async () => new Uint8Array(await file.arrayBuffer()) }))
 * const faces = await imageFiles(dropped, { size: 32 })
 */
export async function imageFiles(files: readonly ImageFile[], options: ImageFilesOptions = {}): Promise<Dataset> {
  return readAll('data.imageFiles', files, options)
}

/** {@link imageFiles} for a caller with another name, which may know the number of classes. */
export async function readAll(
  where: string,
  files: readonly ImageFile[],
  options: ImageFilesOptions,
  classes?: number,
): Promise<Dataset> {
  const read = readerOf(where, options)
  const known = labelsOf(where, files)
  const [labels, broken]: [number[], GenError[]] = [[], []]
  let [first, pixels, count]: [Named | undefined, Uint8Array, number] = [undefined, new Uint8Array(), 0]
  for (const [i, file] of files.entries()) {
    const image = await read(file).catch((error) => {
      broken.push(asGenError(error))
      options.leaveOut?.(file.name, broken.at(-1)!)
    })
    if (!image) continue
    first ??= { name: file.name, image }
    if (count === 0) pixels = allocate(where, image.data.length, files.length, options.maxBytes)
    assertSameSize(where, { name: file.name, image }, first)
    pixels.set(image.data, count++ * image.data.length)
    if (known) labels.push(known[i] as number)
  }
  if (!first || (broken.length > 0 && !options.leaveOut)) throw allOf(where, broken, files.length)
  const { height, width, channels, data } = first.image
  return imageDataset({
    pixels: pixels.subarray(0, count * data.length),
    shape: [height, width, channels],
    ...(known && { labels }),
    ...(classes !== undefined && { classes }),
  })
}

/** A decoded file. */
interface Named {
  readonly name: string
  readonly image: ByteImage
}

/** Checks the options; decodes and fits a file. */
function readerOf(
  where: string,
  { size, fit = 'crop', channels = 3, background = 255, maxPixels = 2 ** 26 }: ImageFilesOptions,
): (file: ImageFile) => Promise<ByteImage> {
  if (channels !== 1 && channels !== 3) throw refusal('value', where, { expected: 'channels 1 or 3', got: channels })
  assertNumber(where, 'background', background, { min: 0, max: 255 })
  const fitted = size === undefined ? undefined : fitter(where, { size, fit, background })
  return async (file) => {
    const image = decodeImage(`${where} (${file.name})`, await file.read(), { channels, background, maxPixels })
    return fitted ? fitted(image) : image
  }
}

/** Files of a user are refused, and read on; all else is thrown. */
function asGenError(error: unknown): GenError {
  if (GenError.is(error)) return error
  throw error
}

/** One error that names all files: who has many images would else be told of one in each try. */
function allOf(where: string, broken: readonly GenError[], count: number): GenError {
  const [first, ...others] = broken as [GenError, ...GenError[]]
  const them = others.length === 0 ? 'it' : 'them'
  const remedy = `mend ${them}, move ${them} away, or pass leaveOut`
  if (others.length === 0) return new GenError(first.code, `${first.message}; ${remedy}`, { cause: first })
  const lines = named(
    broken.map(({ message }) => message.slice(where.length + 1)),
    { join: '\n  ', last: '\n  ' },
  )
  const got = `${broken.length} of ${count} that do not:\n  ${lines}\n`
  return refusal('file', where, {
    expected: 'files that decode',
    got,
    remedy,
    cause: first,
  })
}

function allocate(
  where: string,
  imageBytes: number,
  count: number,
  maxBytes: number = 2 ** 31,
): Uint8Array<ArrayBuffer> {
  if (imageBytes * count <= maxBytes) return new Uint8Array(imageBytes * count)
  throw refusal('file', where, {
    expected: `at most ${maxBytes} bytes`,
    got: `${count} images of ${imageBytes}`,
    remedy: 'pass a smaller size, or maxBytes',
  })
}

function labelsOf(where: string, files: readonly ImageFile[]): number[] | undefined {
  if (files.length === 0) throw refusal('file', where, { expected: 'at least one image', got: 'none' })
  const labels = files.flatMap(({ label }) => (label === undefined ? [] : [label]))
  if (labels.length > 0 && labels.length < files.length) {
    throw refusal('value', where, {
      expected: `a label for all ${files.length} images or for none`,
      got: labels.length,
    })
  }
  return labels.length > 0 ? labels : undefined
}

function assertSameSize(where: string, { name, image }: Named, first: Named): void {
  if (image.width === first.image.width && image.height === first.image.height) return
  const expected = `${first.image.width} × ${first.image.height} as in ${first.name}`
  const got = `${image.width} × ${image.height} in ${name}`
  throw refusal('file', where, { expected: `images of ${expected}`, got, remedy: 'pass size' })
}
