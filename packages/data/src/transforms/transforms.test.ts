import { key, uniform, useBackend } from '@gen/backend'
import type { Batch } from '@gen/model'
import { memory, tensor1d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { imageDataset, randomCrops, randomFlips } from '../index.ts'

const rows = 300
const shape = [3, 4, 2] as const
const size = 24
const pixels = Uint8Array.from({ length: rows * size }, (_, i) => (i * 37 + Math.floor(i / size) * 11) % 251)
const plain = () => imageDataset({ pixels, shape, labels: Array.from({ length: rows }, (_, i) => i % 3) })
const batches = (count = rows) => plain().batches({ size: count })

interface Read {
  readonly images: number[][]
  readonly labels: number[]
}

function read({ x, labels }: Batch): Read {
  const [values, classes] = [[...x.dataSync()], [...labels!.dataSync()]]
  x.dispose()
  labels!.dispose()
  return { images: classes.map((_, i) => values.slice(i * size, i * size + size)), labels: classes }
}

/** The image with its pixel at (line, column) read from another place. */
function from(image: number[], place: (line: number, column: number) => [line: number, column: number]): number[] {
  return image.map((_, i) => {
    const [line, column] = place(Math.floor(i / 8), Math.floor((i % 8) / 2))
    return image[line * 8 + column * 2 + (i % 2)]!
  })
}

const mirror = (place: number, length: number) =>
  place < 0 ? -place : place >= length ? 2 * length - 2 - place : place

describe.each(['cpu', 'wasm', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  it('flips mirror half of the images, to the bit, and keep the labels', () => {
    const [before, after] = [read(batches().at(0)), read(randomFlips(batches(), { key: key(1) }).at(0))]
    expect(after.labels).toEqual(before.labels)
    let turned = 0
    after.images.forEach((image, i) => {
      const other = from(before.images[i]!, (line, column) => [line, 3 - column])
      const isTurned = String(image) === String(other)
      expect(isTurned || String(image) === String(before.images[i])).toBe(true)
      if (isTurned) turned++
    })
    expect(Math.abs(turned / rows - 0.5)).toBeLessThan(0.1)
  })

  it('flips of both axes give all four images', () => {
    const [before, after] = [read(batches().at(0)), read(randomFlips(batches(), { axes: 'xy', key: key(1) }).at(0))]
    const counts = [0, 0, 0, 0]
    after.images.forEach((image, i) => {
      const kinds = [0, 1, 2, 3].map((kind) =>
        from(before.images[i]!, (line, column) => [kind & 1 ? 2 - line : line, kind & 2 ? 3 - column : column]),
      )
      const kind = kinds.findIndex((other) => String(other) === String(image))
      expect(kind).toBeGreaterThanOrEqual(0)
      counts[kind]!++
    })
    for (const count of counts) expect(Math.abs(count / rows - 0.25)).toBeLessThan(0.1)
  })

  it('crops move images by up to the padding, evenly, to the bit', () => {
    const [before, after] = [read(batches().at(0)), read(randomCrops(batches(), { padding: 1, key: key(1) }).at(0))]
    const counts = new Map<string, number>()
    const moves = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => [down, right] as const))
    after.images.forEach((image, i) => {
      const found = moves.find(([down, right]) => {
        const other = from(before.images[i]!, (line, column) => [mirror(line + down, 3), mirror(column + right, 4)])
        return String(other) === String(image)
      })
      expect(found).toBeDefined()
      counts.set(String(found), (counts.get(String(found)) ?? 0) + 1)
    })
    expect(counts.size).toBe(9)
    for (const count of counts.values()) expect(Math.abs(count / rows - 1 / 9)).toBeLessThan(0.07)
  })
})

describe('changed batches', () => {
  beforeAll(async () => {
    await useBackend('cpu')
  })

  it('follow from the key, the index and the row', () => {
    const make = (seed: number, count = 20) =>
      randomCrops(randomFlips(batches(count), { key: key(seed) }), { key: key(9) })
    const first = read(make(1).at(2))
    expect(read(make(1).at(2))).toEqual(first)
    expect(read(make(2).at(2))).not.toEqual(first)
    const [whole, part] = [read(make(1).at(0)), read(make(1, 5).at(0))]
    expect(part.images).toEqual(whole.images.slice(0, 5))
  })

  it('leave nothing behind, wait where the batches do, and say in their config what they are', async () => {
    const inner = batches(4)
    const waiting = { at: async (i: number) => inner.at(i), config: inner.config }
    const flipped = randomFlips(waiting, { key: key(1) })
    const before = memory().numTensors
    read(await flipped.at(0))
    expect(memory().numTensors).toBe(before)
    expect(flipped.config).toEqual({ kind: 'randomFlips', axes: 'x', key: key(1), batches: inner.config })
    expect(randomCrops({ at: waiting.at }, { key: key(1) }).config).toMatchObject({ padding: 4, batches: null })
  })

  it('are refused for other axes and paddings, and for what are no images', () => {
    expect(() => randomFlips(batches(), { axes: 'y' as never, key: key(1) })).toThrow(
      'data.randomFlips: expected axes x or xy',
    )
    expect(() => randomCrops(batches(), { padding: -1, key: key(1) })).toThrow('data.randomCrops: expected padding')
    const before = memory().numTensors
    const points = { at: () => ({ x: zeros([4, 2]) }) }
    expect(() => randomFlips(points, { key: key(1) }).at(0)).toThrow(
      'expected images [batch, height, width, channels], got [4, 2]',
    )
    expect(memory().numTensors).toBe(before)
  })

  it('have no size but that of the images', () => {
    const batch = randomCrops(
      { at: () => ({ x: uniform(key(1), [2, 1, 5, 1]), labels: tensor1d([0, 1], 'int32') }) },
      { key: key(1) },
    )
    const { x, labels } = batch.at(0) as Required<Batch>
    expect(x.shape).toEqual([2, 1, 5, 1])
    x.dispose()
    labels.dispose()
  })
})
