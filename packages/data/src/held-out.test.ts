import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key } from '@gen/backend'
import { encodeNpy, encodeNpz, encodePng, type RawTensor } from '@gen/io'
import type { Dataset } from '@gen/model'
import { dispose, fill, type Rank, tensor2d } from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { faces } from './faces/index.ts'
import { type ImageFile, imageFiles } from './images/image-files.ts'
import { imageFolder } from './images/image-folder.ts'
import { cifar10, cifar100 } from './readers/cifar.ts'
import { idxDataset } from './readers/idx.ts'
import { npyDataset, npzDataset } from './readers/numpy-datasets.ts'
import { dataset } from './sets/dataset.ts'
import { imageDataset } from './sets/image-dataset.ts'
import { mnist } from './sets/mnist.ts'
import { pointDataset } from './sets/point-dataset.ts'
import { stackedMnist } from './sets/stacked-mnist.ts'

const folder = mkdtempSync(join(tmpdir(), 'gen-held-out-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const count = 12
const numbers = Array.from({ length: count }, (_, i) => i + 1)
const labels = Uint8Array.from(numbers, (i) => i % 3)
const points: RawTensor = { dtype: 'F32', shape: [count, 1], data: new Uint8Array(Float32Array.from(numbers).buffer) }
const column: RawTensor = { dtype: 'U8', shape: [count, 1], data: labels }
const cifarFile = (labelBytes: number): Uint8Array =>
  Uint8Array.from(numbers.flatMap((i) => [...new Array(labelBytes).fill(i % 3), ...new Array(3072).fill(i)]))
function picture(value: number): Uint8Array {
  const image = fill<Rank.R3>([2, 2, 1], value / 255)
  const file = encodePng(image)
  image.dispose()
  return file
}
async function fromFolder(): Promise<Dataset> {
  for (const i of numbers) {
    const inside = join(folder, `class ${i % 3}`, ...(i % 2 ? ['deeper'] : []))
    mkdirSync(inside, { recursive: true })
    writeFileSync(join(inside, `${i}.png`), picture(i))
  }
  return imageFolder(folder)
}
const idx = (type: number, shape: number[], data: ArrayLike<number>): Uint8Array =>
  Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), ...Array.from(data)])

/** Every dataset there is, of items that all differ; faces are drawn in blocks of 256, so more than one. */
const makers: Record<string, () => Dataset | Promise<Dataset>> = {
  cifar10: () => cifar10([cifarFile(1)]),
  cifar100: () => cifar100([cifarFile(2)]),
  dataset: () => dataset({ size: count, shape: [1], take: (i) => ({ x: tensor2d(Array.from(i, (n) => [n])) }) }),
  faces: () => faces({ count: 300, key: key(0), cache: false }),
  idxDataset: () => idxDataset(idx(8, [count, 1, 1], numbers), { labels: idx(8, [count], labels) }),
  imageDataset: () => imageDataset({ pixels: Uint8Array.from(numbers), shape: [1, 1, 1], labels }),
  imageFiles: () => imageFiles(numbers.map((i): ImageFile => ({ name: `${i}`, read: () => picture(i) }))),
  imageFolder: fromFolder,
  mnist: () => mnist({ split: 'test' }),
  npyDataset: () => npyDataset(encodeNpy(points)),
  npzDataset: () => npzDataset(encodeNpz({ x: points, y: column }), { labels: 'y' }),
  pointDataset: () => pointDataset({ points: Float32Array.from(numbers), shape: [1], labels }),
  stackedMnist: () => stackedMnist({ split: 'test', count: 500, key: key(0) }),
}

/** What each of some items holds, as a checksum. */
function contents(data: Dataset, indices: readonly number[]): string[] {
  const { x, labels: classes } = data.take(indices)
  const [values, own] = [x.dataSync() as Float32Array, classes?.dataSync()]
  const size = values.length / indices.length
  const sums = indices.map((_, i) => {
    const item = values.slice(i * size, (i + 1) * size)
    return `${createHash('sha1').update(new Uint8Array(item.buffer)).digest('hex')} ${own?.[i]}`
  })
  dispose(classes ? [x, classes] : x)
  return sums
}
const all = (data: Dataset): string[] =>
  contents(
    data,
    Array.from({ length: data.size }, (_, i) => i),
  )

/** What two epochs of batches hold. */
function batched(data: Dataset, seed: number): Set<string> {
  const size = Math.min(data.size, 250)
  const batches = data.batches({ size, key: key(seed) })
  const seen = new Set<string>()
  for (let i = 0; i * size < 2 * Math.min(data.size, 2000); i++) {
    const { x, labels: classes } = batches.at(i)
    const batch = pointDataset({
      points: x.dataSync() as Float32Array,
      shape: data.shape,
      ...(classes && { labels: classes.dataSync() }),
    })
    for (const content of all(batch)) seen.add(content)
    dispose(classes ? [x, classes] : x)
  }
  return seen
}

describe('what is held out is not trained on', () => {
  it.each(Object.entries(makers))(
    '%s',
    async (_, make) => {
      const data = await make()
      const whole = all(data)
      expect(new Set(whole).size).toBe(data.size)
      for (const [fraction, seed] of [
        [0.5, 0],
        [0.9, 1],
        [1 / data.size, 2],
      ] as const) {
        const [train, held] = data.split(fraction, key(seed))
        const [trained, tested] = [all(train), new Set(all(held))]
        expect(trained.length + tested.size).toBe(data.size)
        expect(trained.filter((item) => tested.has(item))).toEqual([])
        expect([...trained, ...tested].sort()).toEqual([...whole].sort())
        // Nor do batches go over the edge of a part.
        for (const item of batched(train, seed)) expect(tested.has(item)).toBe(false)
        for (const item of batched(held, seed)) expect(tested.has(item)).toBe(true)
      }
    },
    120_000,
  )
})

describe('test data are not training data', () => {
  const pixelsOf = (data: Dataset, channel?: number): Set<string> => {
    const found = new Set<string>()
    for (let first = 0; first < data.size; first += 5000) {
      const indices = Array.from({ length: Math.min(5000, data.size - first) }, (_, i) => first + i)
      const { x, labels: classes } = data.take(indices)
      const values = x.dataSync() as Float32Array
      const channels = data.shape[2] as number
      for (const i of indices.keys()) {
        const bytes = new Uint8Array(784)
        for (let p = 0; p < 784; p++) {
          bytes[p] = Math.round(255 * (values[(i * 784 + p) * channels + (channel ?? 0)] as number))
        }
        found.add(createHash('sha1').update(bytes).digest('hex'))
      }
      dispose(classes ? [x, classes] : x)
    }
    return found
  }

  it('of MNIST, nor of stacked MNIST, whose digits are those of its split', async () => {
    const [train, test] = [pixelsOf(await mnist()), pixelsOf(await mnist({ split: 'test' }))]
    expect([train.size, test.size]).toEqual([60_000, 10_000])
    for (const digit of test) expect(train.has(digit)).toBe(false)
    for (const [split, digits] of [
      ['train', train],
      ['test', test],
    ] as const) {
      const stacked = await stackedMnist({ split, count: 300, key: key(5) })
      for (const channel of [0, 1, 2]) {
        for (const digit of pixelsOf(stacked, channel)) expect(digits.has(digit)).toBe(true)
      }
    }
  }, 120_000)
})
