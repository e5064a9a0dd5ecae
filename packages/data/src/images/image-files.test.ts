import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GenError } from '@gen/backend'
import { encodePng } from '@gen/io'
import type { Dataset } from '@gen/model'
import { dispose, fill, type Rank } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pointDataset } from '../sets/point-dataset.ts'
import { fitImages } from './fit-images.ts'
import { type ImageFile, imageFiles } from './image-files.ts'
import { imageFolder } from './image-folder.ts'

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'gen-images-'))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

function png(height: number, width: number, value: number): Uint8Array {
  const image = fill<Rank.R3>([height, width, 1], value / 255)
  const file = encodePng(image)
  image.dispose()
  return file
}

const file = (name: string, bytes: Uint8Array, label?: number): ImageFile => ({
  name,
  read: () => bytes,
  ...(label !== undefined && { label }),
})

/** The value of the first pixel and the label of each item. */
function summary(data: Dataset): { values: number[]; labels: number[] } {
  const { x, labels } = data.batches({ size: data.size }).at(0)
  const itemSize = x.size / data.size
  const all = x.dataSync()
  const values = Array.from({ length: data.size }, (_, i) => Math.round((all[i * itemSize] as number) * 255))
  const found = { values, labels: [...(labels?.dataSync() ?? [])] }
  dispose(labels ? [x, labels] : x)
  return found
}

describe('imageFiles', () => {
  it('reads files of one size', async () => {
    const data = await imageFiles([file('a', png(2, 3, 10), 1), file('b', png(2, 3, 20), 0)])
    expect([data.size, data.shape, data.classes]).toEqual([2, [2, 3, 3], 2])
    expect(summary(data)).toEqual({ values: [10, 20], labels: [1, 0] })
  })

  it('brings files to one size', async () => {
    const data = await imageFiles([file('a', png(2, 3, 10)), file('b', png(9, 5, 20))], { size: 4, channels: 1 })
    expect([data.shape, data.classes]).toEqual([[4, 4, 1], undefined])
    expect(summary(data).values).toEqual([10, 20])
    expect((await imageFiles([file('a', png(2, 3, 10))], { size: [1, 2] })).shape).toEqual([1, 2, 3])
  })

  it('leaves out what cannot be decoded, if it is told', async () => {
    const left: string[] = []
    const leaveOut = (name: string, error: GenError) => left.push(`${name}: ${error.code}`)
    const broken = file('b', png(2, 2, 1).subarray(0, 40), 0)
    const data = await imageFiles([broken, file('c', png(2, 3, 20), 1), file('d', new Uint8Array(3), 2)], { leaveOut })
    expect(summary(data)).toEqual({ values: [20], labels: [1] })
    expect(left).toEqual(['b: file', 'd: file'])
    await expect(imageFiles([broken], { leaveOut })).rejects.toThrow(/data.imageFiles \(b\)/)
    await expect(imageFiles([broken])).rejects.toThrow(/b/)
  })

  it.each([
    ['no file', [], {}, /at least one image/],
    [
      'sizes that differ',
      [file('a', png(2, 3, 1)), file('b', png(3, 2, 1))],
      {},
      /images of 3 × 2 as in a, got 2 × 3 in b; pass size/,
    ],
    [
      'a damaged file',
      [file('a', png(2, 3, 1)), file('b', png(2, 3, 1).subarray(0, 40))],
      {},
      /data.imageFiles \(b\): expected an end chunk/,
    ],
    [
      'several files, naming each and what it is',
      [
        file('a', png(2, 3, 1)),
        file('b', png(2, 3, 1).subarray(0, 40)),
        file('c', new TextEncoder().encode('RIFF....WEBPVP8 ')),
        file('d', new Uint8Array()),
      ],
      {},
      /got 3 of 4 that do not:\n {2}\(b\): expected an end chunk.*\n {2}\(c\): .* got a WebP file\n {2}\(d\): .* got an empty file\n; mend them/,
    ],
    ['another format', [file('notes', new Uint8Array(3))], {}, /data.imageFiles \(notes\): expected a PNG or JPEG/],
    [
      'labels for some',
      [file('a', png(1, 1, 1), 0), file('b', png(1, 1, 1))],
      {},
      /a label for all 2 images or for none, got 1/,
    ],
    [
      'too many bytes',
      [file('a', png(2, 2, 1)), file('b', png(2, 2, 1))],
      { maxBytes: 20 },
      /at most 20 bytes, got 2 images of 12/,
    ],
    ['too many pixels', [file('a', png(20, 20, 1))], { maxPixels: 300 }, /1 to 300 pixels, got 20 × 20/],
    ['a size of nothing', [file('a', png(1, 1, 1))], { size: 0 }, /size/],
    ['two channels', [file('a', png(1, 1, 1))], { channels: 2 as 1 }, /channels 1 or 3/],
  ])('refuses %s', async (_, files, options, message) => {
    const error: unknown = await imageFiles(files, options).catch((reason) => reason)
    expect(GenError.is(error)).toBe(true)
    expect((error as Error).message).toMatch(message)
  })
})

describe('imageFolder', () => {
  const write = (name: string, value: number): void => writeFileSync(join(path, name), png(2, 2, value))

  it('reads a folder of images by name, passing others over', async () => {
    write('b.PNG', 20)
    write('a.png', 10)
    write('.hidden.png', 99)
    writeFileSync(join(path, 'notes.txt'), 'x')
    const data = await imageFolder(path)
    expect([data.classNames, data.classes, data.shape]).toEqual([[], undefined, [2, 2, 3]])
    expect(summary(data)).toEqual({ values: [10, 20], labels: [] })
  })

  it('labels images by their subfolder', async () => {
    for (const name of ['dogs', 'cats', 'empty', '.git']) mkdirSync(join(path, name))
    write('dogs/1.png', 50)
    write('cats/2.png', 30)
    write('cats/1.png', 20)
    write('.git/1.png', 99)
    const data = await imageFolder(path, { channels: 1 })
    expect([data.classNames, data.classes]).toEqual([['cats', 'dogs'], 2])
    expect(summary(data)).toEqual({ values: [20, 30, 50], labels: [0, 0, 1] })
  })

  it('reads images in folders below a class folder as of that class', async () => {
    for (const name of ['cats/tabby/young', 'cats/black', 'dogs/.hidden'])
      mkdirSync(join(path, name), { recursive: true })
    write('cats/z.png', 10)
    write('cats/tabby/a.png', 20)
    write('cats/tabby/young/a.jfif', 30)
    write('cats/black/a.png', 40)
    write('dogs/a.png', 50)
    write('dogs/.hidden/a.png', 99)
    // A link back to where we are, and one to a folder elsewhere.
    symlinkSync(join(path, 'cats'), join(path, 'cats/tabby/back'))
    symlinkSync(join(path, 'cats/black'), join(path, 'dogs/link'))
    const data = await imageFolder(path)
    expect(data.classNames).toEqual(['cats', 'dogs'])
    expect(summary(data)).toEqual({ values: [10, 40, 20, 30, 50, 40], labels: [0, 0, 0, 0, 1, 1] })
  })

  it.each(['photo.webp', 'cats/photo.GIF', 'cats/deep/photo.heic'])('refuses %s by name', async (name) => {
    mkdirSync(join(path, 'cats/deep'), { recursive: true })
    write('cats/a.png', 1)
    writeFileSync(join(path, name), 'x')
    await expect(imageFolder(path)).rejects.toThrow(
      `expected images as PNG or JPEG, got ${join(path, name)}; convert it`,
    )
  })

  it('names all of other formats at once', async () => {
    mkdirSync(join(path, 'cats'))
    write('cats/a.png', 1)
    for (let i = 0; i < 12; i++) writeFileSync(join(path, 'cats', `${100 + i}.heic`), 'x')
    await expect(imageFolder(path)).rejects.toThrow(
      /got [^ ]*100.heic, .*109.heic and 2 more; convert them, move them away, or pass leaveOut$/,
    )
    const left: string[] = []
    const leaveOut = (name: string, { message }: GenError) => left.push(`${name}: ${message}`)
    expect((await imageFolder(path, { leaveOut })).size).toBe(1)
    expect(left).toHaveLength(12)
    expect(left[11]).toMatch(/111.heic: data.imageFolder: expected images as PNG or JPEG, got [^ ]*111.heic; convert/)
  })

  it('follows links, and passes broken ones over', async () => {
    write('a.png', 10)
    symlinkSync(join(path, 'a.png'), join(path, 'b.png'))
    symlinkSync(join(path, 'gone.png'), join(path, 'c.png'))
    expect(summary(await imageFolder(path)).values).toEqual([10, 10])
  })

  it('refuses a folder that is not there, or has none or images in two places, or a damaged one', async () => {
    await expect(imageFolder(join(path, 'none'))).rejects.toThrow(/expected to read the folder .*ENOENT/)
    await expect(imageFolder(path)).rejects.toThrow(/expected PNG or JPEG files in .*, got none/)
    write('a.png', 1)
    mkdirSync(join(path, 'cats'))
    write('cats/1.png', 1)
    await expect(imageFolder(path)).rejects.toThrow(/all images of .* in subfolders or none, got 1 beside 1/)
    rmSync(join(path, 'cats'), { recursive: true })
    truncateSync(join(path, 'a.png'), 40)
    await expect(imageFolder(path)).rejects.toThrow(GenError)
  })
})

describe('fitImages', () => {
  it('fits the images of a dataset as files are fitted, with their labels', async () => {
    const files = [file('a', png(3, 6, 10), 1), file('b', png(3, 6, 20), 0)]
    const whole = await imageFiles(files)
    for (const fit of ['crop', 'pad'] as const) {
      const fitted = fitImages(whole, { size: 4, fit })
      const expected = await imageFiles(files, { size: 4, fit })
      expect([fitted.shape, fitted.classes]).toEqual([[4, 4, 3], 2])
      const [own, other] = [fitted, expected].map((set) => set.take([0, 1]))
      expect([...own!.x.dataSync()]).toEqual([...other!.x.dataSync()])
      expect([...own!.labels!.dataSync()]).toEqual([1, 0])
      dispose([own!.x, own!.labels!, other!.x, other!.labels!])
    }
  })

  it('refuses what are no images', () => {
    const points = pointDataset({ points: new Float32Array(8), shape: [2] })
    expect(() => fitImages(points, { size: 4 })).toThrow(
      'data.fitImages: expected images [h, w, 1] or [h, w, 3], got items [2]',
    )
    const far = pointDataset({ points: new Float32Array(4).fill(2), shape: [2, 2, 1] })
    expect(() => fitImages(far, { size: 4 })).toThrow('expected images in [0, 1], got 2')
    const images = pointDataset({ points: new Float32Array(4), shape: [2, 2, 1] })
    expect(() => fitImages(images, { size: 0 })).toThrow(/size/)
  })
})
