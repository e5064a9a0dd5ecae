import { readFileSync } from 'node:fs'
import { GenError } from '@gen/backend'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../decode-image.ts'
import { decodeJpeg } from './decode-jpeg.ts'

interface Case {
  file: string
  width: number
  height: number
  pixels: string
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/jpeg/expected.json', import.meta.url), 'utf8'),
) as { cases: Record<string, Case> }
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const fileOf = (name: string): Uint8Array => fromBase64(cases[name]?.file ?? '')
const maxPixels = 2 ** 20

describe('JPEG files have the pixels that Pillow gives', () => {
  it.each(Object.entries(cases))('%s', (_, { file, width, height, pixels }) => {
    const image = decodeImage('test', fromBase64(file), { channels: 3, background: 255, maxPixels })
    expect([image.width, image.height]).toEqual([width, height])
    expect(image.data).toEqual(fromBase64(pixels))
  })
})

const whole = fileOf('4:2:0')
const frameAt = (file: Uint8Array, marker: number): number => Buffer.from(file).indexOf(Buffer.from([0xff, marker]))
/** The file with another size in its frame header. */
function resized(file: Uint8Array, marker: number, height: number, width: number): Uint8Array {
  const changed = file.slice()
  const view = new DataView(changed.buffer)
  view.setUint16(frameAt(file, marker) + 5, height)
  view.setUint16(frameAt(file, marker) + 7, width)
  return changed
}
const changed = (file: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = file.slice()
  copy[at] = value
  return copy
}
const sof0 = frameAt(whole, 0xc0)
const [dht, sos, dqt] = [frameAt(whole, 0xc4), frameAt(whole, 0xda), frameAt(whole, 0xdb)]
const progressive = fileOf('4:2:0, progressive')
const restarts = fileOf('restart markers')

describe('a file is refused', () => {
  it.each([
    ['with only its first bytes', whole.subarray(0, 20), /with a size, got none/],
    [
      'with a size beyond the limit',
      resized(whole, 0xc0, 60_000, 60_000),
      /at most 1048576 pixels, got 60000 × 60000; pass/,
    ],
    ['without height', resized(whole, 0xc0, 0, 40), /with a size, got none/],
    ['without scan', whole.subarray(0, sos), /a component without a scan; the file is truncated/],
    ['with half of its pixels', whole.subarray(0, whole.length - 200), /pixels that end early; the file is truncated/],
    ['of 12 bits', changed(whole, sof0 + 4, 12), /samples of 12 bits/],
    ['of two components', changed(whole, sof0 + 9, 2), /2 components/],
    ['of no samples', changed(whole, sof0 + 11, 0x02), /impossible components/],
    ['of factors that do not divide', changed(changed(whole, sof0 + 11, 0x32), sof0 + 14, 0x21), /sizes do not divide/],
    ['with a component twice', changed(whole, sof0 + 13, 1), /a component twice/],
    ['with a scan of another component', changed(whole, sos + 5, 9), /component 9 that the frame lacks/],
    ['with arithmetic coding', changed(whole, sof0 + 1, 0xc9), /arithmetic coding/],
    ['with lossless coding', changed(whole, sof0 + 1, 0xc3), /lossless or hierarchical/],
    ['with too many codes', changed(changed(whole, dht + 5, 5), dht + 7, 0), /a Huffman table with too many codes/],
    [
      'without tables of steps',
      changed(changed(whole, dqt + 1, 0xfe), frameAt(whole.subarray(dqt + 2), 0xdb) + dqt + 3, 0xfe),
      /without its quantization table/,
    ],
    ['with two frames', Uint8Array.from([...whole.subarray(0, sof0 + 19), ...whole.subarray(sof0)]), /two frames/],
    [
      'without a restart marker',
      changed(restarts, frameAt(restarts, 0xd0) + 1, 0xd5),
      /no restart marker where one is due/,
    ],
    ['with an impossible band', changed(progressive, frameAt(progressive, 0xda) + 12, 70), /an impossible band/],
  ])('%s', (_, file, message) => {
    expect(() => decodeJpeg('test', file, maxPixels)).toThrow(message)
    expect(() => decodeJpeg('test', file, maxPixels)).toThrow(GenError)
  })

  it.each([
    ['sequential', whole, 0xc0],
    ['progressive', progressive, 0xc2],
  ])('that is too short for the pixels it declares, before anything is allocated: %s', (_, file, marker) => {
    const started = process.memoryUsage()
    const start = performance.now()
    for (const side of [8000, 65_000]) {
      expect(() => decodeJpeg('test', resized(file, marker, side, side), 2 ** 33)).toThrow(
        new RegExp(`${file.length} bytes, too few for ${side} × ${side} pixels`),
      )
    }
    expect(performance.now() - start).toBeLessThan(1000)
    expect(process.memoryUsage().arrayBuffers - started.arrayBuffers).toBeLessThan(1e7)
  })

  it.each([
    ['sequential', 'gray', 0xc0, 4],
    ['progressive', 'gray, progressive', 0xc2, 8],
  ])('at one block more than its bits allow: %s', (_, name, marker, blocksPerByte) => {
    const file = fileOf(name)
    const sized = (rows: number): (() => void) => {
      return () => decodeJpeg('test', resized(file, marker, 8 * rows, 8 * file.length), 2 ** 33)
    }
    expect(sized(blocksPerByte)).toThrow(/pixels that end early/)
    expect(sized(blocksPerByte + 1)).toThrow(/too few for/)
  })

  it('with scans without end', () => {
    const [first, end] = [frameAt(progressive, 0xda), progressive.length - 2]
    const second = frameAt(progressive.subarray(first + 2), 0xc4) + first + 2
    const scan = [...progressive.subarray(first, second)]
    const file = Uint8Array.from([
      ...progressive.subarray(0, end),
      ...Array.from({ length: 300 }, () => scan).flat(),
      0xff,
      0xd9,
    ])
    expect(() => decodeJpeg('test', file, maxPixels)).toThrow(/more than 256 scans/)
  })
})

describe('a file is read all the same', () => {
  const pixels = decodeJpeg('test', whole, maxPixels).data

  it.each([
    ['without its end marker', whole.subarray(0, whole.length - 2)],
    ['with more behind its end', Uint8Array.from([...whole, ...whole])],
    [
      'with fill bytes before a marker',
      Uint8Array.from([...whole.subarray(0, sos), 0xff, 0xff, ...whole.subarray(sos)]),
    ],
  ])('%s', (_, file) => {
    expect(decodeJpeg('test', file, maxPixels).data).toEqual(pixels)
  })
})

it('a component keeps the steps that it began with, whatever tables come between scans', () => {
  const name = '4:4:4, progressive'
  const file = fileOf(name)
  const first = frameAt(file, 0xda)
  const second = frameAt(file.subarray(first + 2), 0xc4) + first + 2
  const tables = [0, 1].flatMap((number) => [0xff, 0xdb, 0, 67, number, ...new Array(64).fill(255)])
  const changedFile = Uint8Array.from([...file.subarray(0, second), ...tables, ...file.subarray(second)])
  expect(decodeJpeg('test', changedFile, maxPixels).data).toEqual(fromBase64(cases[name]?.pixels ?? ''))
})

describe('any damage gives a GenError or an image', () => {
  it.each(['4:2:0', '4:2:0, progressive', 'restart markers, progressive', 'ycck', 'gray'])('%s', (name) => {
    const file = fileOf(name)
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(changes, fc.nat(3 * file.length), (damage, length) => {
        const broken = file.slice(0, Math.max(3, length))
        for (const [at, value] of damage) if (at >= 3) broken[at] = value
        try {
          const { width, height, channels, data } = decodeJpeg('test', broken, 2 ** 16)
          expect(data.length).toBe(width * height * channels)
        } catch (error) {
          expect(GenError.is(error) && error.code).toBe('file')
          expect((error as Error).message).not.toMatch(/undefined|Cannot read|not a function|Invalid/)
        }
      }),
      { numRuns: 200 },
    )
  })
})
