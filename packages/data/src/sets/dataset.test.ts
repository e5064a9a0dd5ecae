import { GenError, key } from '@gen/backend'
import type { Batch, Dataset } from '@gen/model'
import { dispose, memory } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moons } from '../toys/curves.ts'
import { gaussianRing } from '../toys/gaussians.ts'
import { imageDataset } from './image-dataset.ts'
import { pointDataset } from './point-dataset.ts'

/** Item i is the number i, of class i mod 3. */
const counting = (size: number): Dataset =>
  pointDataset({
    points: Float32Array.from({ length: size }, (_, i) => i),
    shape: [1],
    labels: Array.from({ length: size }, (_, i) => i % 3),
    classes: 3,
  })

function items({ x, labels }: Batch): number[] {
  const values = [...x.dataSync()]
  if (labels) expect([...labels.dataSync()]).toEqual(values.map((value) => value % 3))
  dispose(labels ? [x, labels] : x)
  return values
}

const sizes = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  size: fc.integer({ min: 1, max: 50 }),
  seed: fc.nat(),
})

describe('batches', () => {
  it('visit each item once in every epoch, whatever the sizes', () => {
    fc.assert(
      fc.property(sizes, ({ count, size, seed }) => {
        const batches = counting(count).batches({ size, key: key(seed) })
        const drawn = Array.from({ length: Math.ceil((3 * count) / size) }, (_, i) => items(batches.at(i))).flat()
        for (let epoch = 0; epoch < 3; epoch++) {
          const seen = drawn.slice(epoch * count, (epoch + 1) * count)
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
        }
      }),
    )
  })

  it('are a function of the index alone', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1e9), ({ count, size, seed }, index) => {
        const data = counting(count)
        const asked = data.batches({ size, key: key(seed) })
        items(asked.at(3))
        expect(items(asked.at(index))).toEqual(items(data.batches({ size, key: key(seed) }).at(index)))
      }),
    )
  })

  it('come in another order each epoch and from each key, and in the order of the items without one', () => {
    const data = counting(50)
    const [first, second] = [0, 1].map((i) => items(data.batches({ size: 50, key: key(0) }).at(i)))
    expect(first).not.toEqual(second)
    expect(items(data.batches({ size: 50, key: key(1) }).at(0))).not.toEqual(first)
    expect(items(data.batches({ size: 30 }).at(1)).slice(0, 21)).toEqual([
      ...Array.from({ length: 20 }, (_, i) => 30 + i),
      0,
    ])
  })

  it('put every item at every place equally often', () => {
    const counts = new Array(25).fill(0)
    for (let seed = 0; seed < 2000; seed++) {
      const [a = 0, b = 0] = items(
        counting(5)
          .batches({ size: 2, key: key(seed) })
          .at(0),
      )
      counts[5 * a + b]++
    }
    // 2000 draws of 20 ordered pairs: 100 each, standard deviation 9.7.
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 5; b++) expect(Math.abs(counts[5 * a + b] - (a === b ? 0 : 100))).toBeLessThan(40)
    }
  })

  it('say what they are drawn from, so that no run goes on with others', () => {
    const of = (count: number, size: number, k = key(1)) =>
      JSON.stringify(counting(count).batches({ size, key: k }).config)
    expect(JSON.parse(of(10, 4))).toEqual({ items: 10, shape: [1], size: 4, key: key(1) })
    expect(new Set([of(10, 4), of(11, 4), of(10, 5), of(10, 4, key(2))]).size).toBe(4)
    expect(counting(10).batches({ size: 4 }).config).toMatchObject({ key: null })
    const [ring, spread] = [gaussianRing(), gaussianRing({ deviation: 0.2 })]
    const drawn = (toy: typeof ring, size: number) => JSON.stringify(toy.batches({ size, key: key(1) }).config)
    expect(new Set([drawn(ring, 4), drawn(ring, 5), drawn(spread, 4), drawn(moons(), 4)]).size).toBe(4)
  })

  it('refuse a size or an index that is none', () => {
    expect(() => counting(3).batches({ size: 0 })).toThrow(/data.batches: expected size an integer ≥ 1/)
    expect(() => counting(3).batches({ size: 2 }).at(-1)).toThrow(/data.batches: expected index/)
    expect(() => counting(3).batches({ size: 2 }).at(0.5)).toThrow(GenError)
  })
})

describe('split', () => {
  it('shares the items out, each to one side', () => {
    const parts = fc
      .integer({ min: 2, max: 60 })
      .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 1, max: count - 1 })))
    fc.assert(
      fc.property(parts, fc.nat(), ([count, first], seed) => {
        const parts = counting(count).split(first / count, key(seed))
        expect(parts.map(({ size }) => size)).toEqual([first, count - first])
        const all = parts.flatMap((part) => items(part.batches({ size: part.size }).at(0)))
        expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
      }),
    )
  })

  it('keeps the shape and the classes, can be split again, and is drawn from the key', () => {
    const [part] = counting(20).split(0.5, key(1))
    expect([part.shape, part.classes]).toEqual([[1], 3])
    const [quarter] = part.split(0.5, key(2))
    expect(quarter.size).toBe(5)
    const whole = items(part.batches({ size: 10 }).at(0))
    expect(items(quarter.batches({ size: 5 }).at(0)).every((value) => whole.includes(value))).toBe(true)
    expect(items(counting(20).split(0.5, key(2))[0].batches({ size: 10 }).at(0))).not.toEqual(whole)
  })

  it('refuses to leave a side empty', () => {
    expect(() => counting(10).split(0.01, key(0))).toThrow(/got 0 and 10 of 10/)
    expect(() => counting(10).split(1, key(0))).toThrow(GenError)
    expect(() => counting(10).split(2, key(0))).toThrow(GenError)
  })
})

describe('take', () => {
  it('gives items by number, in order, again if asked', () => {
    expect(items(counting(5).take([4, 0, 4]))).toEqual([4, 0, 4])
  })

  it.each([[[]], [[5]], [[-1]], [[0.5]]])('refuses %j', (indices) => {
    const before = memory().numTensors
    expect(() => counting(5).take(indices)).toThrow(/data.take: expected/)
    expect(memory().numTensors).toBe(before)
  })
})

describe('imageDataset', () => {
  const pixels = Uint8Array.from({ length: 2 * 2 * 3 * 2 }, (_, i) => i * 10)

  it('gives bytes over 255, as float32 and int32', () => {
    const data = imageDataset({ pixels, shape: [2, 3, 2], labels: [1, 0] })
    const { x, labels } = data.take([1, 0])
    expect([x.shape, x.dtype, labels?.dtype, data.classes]).toEqual([[2, 2, 3, 2], 'float32', 'int32', 2])
    expect(x.dataSync()).toEqual(Float32Array.from([...pixels.slice(12), ...pixels.slice(0, 12)], (byte) => byte / 255))
    expect([...(labels?.dataSync() ?? [])]).toEqual([0, 1])
    dispose(labels ? [x, labels] : x)
  })

  it('adds a black border', () => {
    const data = imageDataset({ pixels: new Uint8Array([255, 51]), shape: [1, 2, 1], padding: 1 })
    expect(data.shape).toEqual([3, 4, 1])
    const { x } = data.take([0])
    expect(x.dataSync()).toBeAllClose([0, 0, 0, 0, 0, 1, 0.2, 0, 0, 0, 0, 0])
    x.dispose()
  })

  it.each([
    [{ pixels, shape: [5, 1, 1] }, /a multiple of 5 bytes for \[5,1,1\], got 24/],
    [{ pixels: new Uint8Array(0), shape: [1, 1, 1] }, /multiple of 1 bytes/],
    [{ pixels, shape: [0, 1, 1] }, /height an integer ≥ 1/],
    [{ pixels, shape: [2, 3, 2], labels: [1] }, /a label for each of 2 items, got 1/],
    [{ pixels, shape: [2, 3, 2], labels: [1, -1] }, /whole numbers from 0, got -1 for item 1/],
    [{ pixels, shape: [2, 3, 2], labels: [1, 3], classes: 3 }, /from 0 to 2, got 3/],
    [{ pixels, shape: [2, 3, 2], padding: -1 }, /padding/],
  ] as const)('refuses %j', (options, message) => {
    expect(() => imageDataset(options as unknown as Parameters<typeof imageDataset>[0])).toThrow(message)
  })
})

describe('pointDataset', () => {
  it('keeps numbers as they are, of any shape', () => {
    const data = pointDataset({ points: Float32Array.from([1, -2.5, 3, 4, 5, 6]), shape: [3, 1] })
    const { x } = data.take([1])
    expect([x.shape, [...x.dataSync()], data.classes]).toEqual([[1, 3, 1], [4, 5, 6], undefined])
    x.dispose()
  })

  it('refuses numbers that are none, and a length that does not fit', () => {
    expect(() => pointDataset({ points: Float32Array.from([1, 2, 3, Number.NaN]) })).toThrow(/got NaN in item 1/)
    expect(() => pointDataset({ points: new Float32Array(3) })).toThrow(/a multiple of 2 numbers for \[2\], got 3/)
  })
})
