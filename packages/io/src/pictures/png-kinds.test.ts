import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelsOf, type PngKind, writePng } from './png.fixture.ts'
import { readPng } from './png.ts'

const kinds = [
  ...[1, 2, 4, 8, 16].map((depth) => ({ color: 0, depth }) as const),
  ...[8, 16].map((depth) => ({ color: 2, depth }) as const),
  ...[1, 2, 4, 8].map((depth) => ({ color: 3, depth }) as const),
  ...[8, 16].map((depth) => ({ color: 4, depth }) as const),
  ...[8, 16].map((depth) => ({ color: 6, depth }) as const),
]
const all = kinds.flatMap((kind) => [false, true].map((interlaced) => ({ ...kind, interlaced })))
const palette = Array.from({ length: 768 }, (_, i) => (i * 37 + 11) % 256)
const alphas = Array.from({ length: 256 }, (_, i) => (i * 53 + 7) % 256)
const bytesOf = (value: number): number[] => [value >> 8, value & 255]

/** Images of a kind whose samples repeat often, so that a transparent color is met. */
function images({ color, depth, interlaced }: (typeof all)[number]): fc.Arbitrary<PngKind> {
  const side = fc.integer({ min: 1, max: 19 })
  const filters = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 })
  return fc
    .tuple(side, side, filters, fc.infiniteStream(fc.nat(2 ** depth - 1)))
    .map(([width, height, order, stream]) => {
      const few = [...stream.take(5)]
      const samples = Array.from({ length: width * height * channelsOf(color) }, (_, i) => few[(i * i) % 5] ?? 0)
      return { width, height, depth, color, interlaced, samples, filters: order }
    })
}

/** What the samples mean, one pixel after the other. */
function expected(kind: PngKind, clear?: readonly number[]): number[] {
  const { color, depth, samples } = kind
  const per = channelsOf(color)
  const top = depth === 16 ? 65535 : 255
  if (color === 3) {
    const colorOf = (i: number): number[] => palette.slice(3 * i, 3 * i + 3)
    return samples.flatMap((i) => (clear ? [...colorOf(i), clear[i] ?? 255] : colorOf(i)))
  }
  return Array.from({ length: samples.length / per }, (_, pixel) =>
    samples.slice(pixel * per, (pixel + 1) * per),
  ).flatMap((pixel) => {
    const scaled = depth < 8 ? pixel.map((sample) => (sample * 255) / (2 ** depth - 1)) : pixel
    return clear ? [...scaled, pixel.every((sample, c) => sample === clear[c]) ? 0 : top] : scaled
  })
}

const title = 'type $color, $depth bits, interlaced: $interlaced'
const plteOf = (depth: number) => ['PLTE', palette.slice(0, 3 * Math.min(256, 2 ** depth))] as const

describe('every kind reads, with every filter', () => {
  it.each(all)(title, (kind) => {
    const { color, depth } = kind
    fc.assert(
      fc.property(images(kind), (image) => {
        const { data, channels, max, width, height } = readPng(
          writePng({ ...image, chunks: color === 3 ? [plteOf(depth)] : [] }),
        )
        expect([width, height]).toEqual([image.width, image.height])
        expect([channels, max]).toEqual([color === 3 ? 3 : channelsOf(color), depth === 16 ? 65535 : 255])
        expect([...data]).toEqual(expected(image))
      }),
      { numRuns: 15 },
    )
  })
})

describe('true colors are not mistaken for a palette by one that is suggested', () => {
  it.each(all.filter(({ color }) => color === 2 || color === 6))(title, (kind) => {
    const { color } = kind
    fc.assert(
      fc.property(images(kind), (image) => {
        const { data, channels } = readPng(writePng({ ...image, chunks: [['PLTE', palette.slice(0, 30)]] }))
        expect(channels).toBe(channelsOf(color))
        expect([...data]).toEqual(expected(image))
      }),
      { numRuns: 5 },
    )
  })
})

describe('where a color is transparent there is alpha', () => {
  it.each(all.filter(({ color }) => color < 4))(title, (kind) => {
    const { color, depth } = kind
    fc.assert(
      fc.property(images(kind), (image) => {
        const first = image.samples.slice(0, channelsOf(color))
        const few = alphas.slice(0, 2 ** Math.min(depth, 8) - 1)
        const chunks =
          color === 3
            ? [plteOf(depth), ['tRNS', few] as const]
            : [['tRNS', first.flatMap((sample) => bytesOf(sample))] as const]
        const { data, channels } = readPng(writePng({ ...image, chunks }))
        expect(channels).toBe(color === 0 ? 2 : 4)
        expect([...data]).toEqual(expected(image, color === 3 ? few : first))
      }),
      { numRuns: 15 },
    )
  })
})

describe('a transparent color is passed over beside alpha of the pixels', () => {
  it.each(all.filter(({ color }) => color >= 4))(title, (kind) => {
    const { color } = kind
    const image = { ...kind, width: 1, height: 1, samples: [1, 2, 3, 4].slice(0, channelsOf(color)), filters: [0] }
    expect([...readPng(writePng({ ...image, chunks: [['tRNS', [0, 1]]] })).data]).toEqual(image.samples)
  })
})

it('the Paeth filter takes the left, the upper, the corner value, in this order where they are equally near', () => {
  const values = [0, 1, 2, 3, 4, 6, 8, 250, 255]
  const triples = values.flatMap((a) => values.flatMap((b) => values.map((c) => [a, b, c] as const)))
  // Pairs of columns: corner and upper above left and a pixel of any value.
  const above = triples.flatMap(([, upper, corner]) => [corner, upper])
  const below = triples.flatMap(([left], i) => [left, i % 256])
  const samples = [...above, ...below]
  const image = { width: above.length, height: 2, depth: 8, color: 0, interlaced: false, filters: [0, 4] } as const
  expect([...readPng(writePng({ ...image, samples })).data]).toEqual(samples)
})

describe('chunks', () => {
  const image: PngKind = { width: 2, height: 1, depth: 8, color: 0, interlaced: false, samples: [1, 2], filters: [0] }
  const exif = (value: number): number[] => [
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    value,
    0,
    0,
  ]

  it('say how the picture is turned', () => {
    expect(readPng(writePng({ ...image, chunks: [['eXIf', exif(6)]] })).orientation).toBe(6)
    for (const value of [0, 1, 9]) {
      expect(readPng(writePng({ ...image, chunks: [['eXIf', exif(value)]] })).orientation).toBeUndefined()
    }
  })

  it.each([
    [
      'an index beyond the palette',
      { ...image, color: 3 as const, chunks: [['PLTE', [1, 2, 3]] as const] },
      /color 1 of a palette of 1/,
    ],
    ['no palette', { ...image, color: 3 as const }, /a palette of 1 to 256 colors, got none/],
    ['half a color', { ...image, color: 3 as const, chunks: [['PLTE', [1, 2, 3, 4]] as const] }, /got 4 bytes/],
    ['a transparent color cut off', { ...image, chunks: [['tRNS', [0]] as const] }, /tRNS of 2 bytes, got 1/],
    [
      'more alphas than colors',
      { ...image, color: 3 as const, chunks: [['PLTE', [1, 2, 3]] as const, ['tRNS', [1, 2]] as const] },
      /tRNS of at most 1 bytes, got 2/,
    ],
    ['a critical chunk that no standard has', { ...image, chunks: [['CgBI', [1]] as const] }, /got also "CgBI"/],
  ])('with %s are refused', (_, kind, message) => {
    expect(() => readPng(writePng(kind))).toThrow(message)
  })
})

interface PillowCase {
  file: string
  shape: [height: number, width: number, channels: number]
  pixels: string
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/png/pillow.json', import.meta.url), 'utf8'),
) as {
  cases: Record<string, PillowCase>
}
const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

describe('as Pillow reads it', () => {
  it.each(Object.entries(cases))('%s', (_, { file, shape, pixels }) => {
    const { height, width, channels, data } = readPng(fromHex(file))
    expect([height, width, channels]).toEqual(shape)
    expect(Uint8Array.from(data)).toEqual(fromHex(pixels))
  })
})
