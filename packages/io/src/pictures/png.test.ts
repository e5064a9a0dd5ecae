import { readFileSync } from 'node:fs'
import { GenError } from '@gen/backend'
import { dispose, fill, memory, type Rank, tensor2d, tensor3d, tensor4d, zeros } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { zlibSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { chunk } from './png.fixture.ts'
import { decodePng, encodePng, readPng } from './png.ts'

interface Fixture {
  width: number
  height: number
  cases: Record<string, { file: string; channels: number; max: number; data: number[] }>
}
const fixture = JSON.parse(
  readFileSync(new URL('../../../../fixtures/png/expected.json', import.meta.url), 'utf8'),
) as Fixture
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

describe('files of every color type and depth', () => {
  const cases = Object.entries(fixture.cases)

  it.each(cases)('%s reads', (_, { file, channels, max, data }) => {
    const pixels = readPng(bytes(file))
    expect({ ...pixels, data: [...pixels.data] }).toEqual({
      width: fixture.width,
      height: fixture.height,
      channels,
      max,
      data,
    })
  })

  it('become tensors in [0, 1]', () => {
    for (const [, { file, channels, max, data }] of cases) {
      const image = decodePng(bytes(file))
      expect(image.shape).toEqual([fixture.height, fixture.width, channels])
      expect(image.dataSync()).toBeAllClose(data.map((sample) => sample / max))
      image.dispose()
    }
  })
})

describe('encodePng', () => {
  it('keeps every 8-bit image', () => {
    const images = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }))
      .chain(([h, w, c]) =>
        fc.tuple(
          fc.constant([h, w, c] as [number, number, number]),
          fc.uint8Array({ minLength: h * w * c, maxLength: h * w * c }),
        ),
      )
    fc.assert(
      fc.property(images, ([shape, samples]) => {
        const image = tensor3d(
          Float32Array.from(samples, (sample) => sample / 255),
          shape,
        )
        const pixels = readPng(encodePng(image))
        expect([pixels.height, pixels.width, pixels.channels]).toEqual(shape)
        expect(pixels.data).toEqual(samples)
        image.dispose()
      }),
    )
  })

  it('rounds and clips, takes [h, w], and lays a batch out as a grid', () => {
    const image = tensor2d([[-1, 0, 0.5, 2]])
    expect([...readPng(encodePng(image)).data]).toEqual([0, 0, 128, 255])
    const batch = zeros<Rank.R4>([5, 4, 6, 1])
    const before = memory().numTensors
    const { width, height } = readPng(encodePng(batch))
    expect([height, width]).toEqual([2 + 2 * (4 + 2), 2 + 3 * (6 + 2)])
    expect(memory().numTensors).toBe(before)
    dispose([image, batch])
  })

  it('refuses other shapes and NaN', () => {
    const wide = zeros<Rank.R3>([2, 2, 5])
    expect(() => encodePng(wide)).toThrow(/io.encodePng: expected images of shape .* got \[2,2,5\]/)
    const empty = tensor4d([], [0, 2, 2, 1])
    expect(() => encodePng(empty)).toThrow(GenError)
    const nan = fill([1, 1, 1], Number.NaN)
    expect(() => encodePng(nan)).toThrow(/got NaN at element 0/)
    dispose([wide, empty, nan])
  })
})

function png(width: number, height: number, pixels: Uint8Array, extra: number[] = []): Uint8Array {
  const header = new Uint8Array(13)
  new DataView(header.buffer).setUint32(0, width)
  new DataView(header.buffer).setUint32(4, height)
  header.set([8, 0, 0, 0, 0], 8)
  const start = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  return Uint8Array.from([
    ...start,
    ...chunk('IHDR', header),
    ...extra,
    ...chunk('IDAT', pixels),
    ...chunk('IEND', new Uint8Array(0)),
  ])
}

describe('hostile files', () => {
  const good = png(2, 1, zlibSync(new Uint8Array([0, 10, 20])))
  const bomb = zlibSync(new Uint8Array(10_000_000))

  it('(the maker of them works)', () => {
    expect([...readPng(good).data]).toEqual([10, 20])
  })

  it.each([
    ['nothing', new Uint8Array(0), /a PNG file, got 0 bytes/],
    ['a truncated file', good.subarray(0, good.length - 12), /end chunk/],
    ['a chunk beyond the file', good.subarray(0, 40), /end chunk|truncated/],
    [
      'a size beyond the limit',
      png(2 ** 20, 2 ** 20, bomb),
      /1 to 67108864 pixels, got 1048576 × 1048576; pass maxPixels/,
    ],
    ['a size of nothing', png(0, 1, bomb), /0 × 1/],
    ['a size that the pixels cannot fill', png(8000, 8000, zlibSync(new Uint8Array(9))), /too few for that/],
    ['too few pixels', png(3, 1, zlibSync(new Uint8Array([0, 10, 20]))), /inflate to 4 bytes, got 3/],
    ['too many pixels: a bomb', png(2, 1, bomb), /inflate to 3 bytes, got more/],
    ['pixels that are not deflate', png(2, 1, new Uint8Array([1, 2, 3, 4])), /not deflate/],
    ['an unknown filter', png(2, 1, zlibSync(new Uint8Array([9, 10, 20]))), /does not decode/],
    ['a wrong checksum', good.map((byte, i) => (i === good.length - 1 ? byte ^ 1 : byte)), /CRC/],
  ])('%s', (_, file, message) => {
    expect(() => readPng(file)).toThrow(message)
    expect(() => readPng(file)).toThrow(GenError)
  })

  it('bombs in chunks without pixels are never unpacked', () => {
    const profile = chunk('iCCP', Uint8Array.from([65, 0, 0, ...bomb]))
    expect([...readPng(png(2, 1, zlibSync(new Uint8Array([0, 10, 20])), profile)).data]).toEqual([10, 20])
  })

  it('give a GenError or an image', () => {
    const whole = bytes(fixture.cases['palette-alpha-4']?.file as string)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const file = whole.slice()
          for (const [at, value] of changes) file[at] = value
          try {
            readPng(file)
          } catch (error) {
            expect(GenError.is(error) && error.code).toBe('file')
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
