import { readFileSync } from 'node:fs'
import { GenError } from '@gen/backend'
import { encodePng } from '@gen/io'
import { tensor3d } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeImage } from './decode-image.ts'
import { jpegSize } from './jpeg-size.ts'

interface Fixture {
  width: number
  height: number
  cases: Record<string, { file: string; data: number[] }>
}
const fixture = JSON.parse(
  readFileSync(new URL('../../../../fixtures/jpeg/expected.json', import.meta.url), 'utf8'),
) as Fixture
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const options = { channels: 3, background: 255, maxPixels: 2 ** 20 } as const

function png(data: number[], shape: [number, number, number]): Uint8Array {
  const image = tensor3d(
    data.map((byte) => byte / 255),
    shape,
  )
  const file = encodePng(image)
  image.dispose()
  return file
}

describe('JPEG files', () => {
  it.each(Object.entries(fixture.cases))('%s: the pixels of libjpeg, within rounding', async (_, { file, data }) => {
    const image = await decodeImage('test', bytes(file), options)
    expect([image.height, image.width, image.channels]).toEqual([fixture.height, fixture.width, 3])
    const differences = data.map((value, i) => Math.abs(value - (image.data[i] as number)))
    expect(Math.max(...differences)).toBeLessThanOrEqual(3)
  })

  it.each(Object.entries(fixture.cases))('%s: the size is known before decoding', (_, { file }) => {
    expect(jpegSize(bytes(file))).toEqual({ width: fixture.width, height: fixture.height })
  })

  const whole = bytes(fixture.cases.baseline?.file as string)
  const sizeAt = Buffer.from(whole).indexOf(Buffer.from([0xff, 0xc0])) + 5
  const resized = (height: number, width: number): Uint8Array => {
    const file = whole.slice()
    new DataView(file.buffer).setUint16(sizeAt, height)
    new DataView(file.buffer).setUint16(sizeAt + 2, width)
    return file
  }

  it.each([
    ['only its first bytes', whole.subarray(0, 20), /with a size, got none/],
    ['a size beyond the limit', resized(60_000, 60_000), /at most 1048576 pixels, got 60000 × 60000/],
    ['no height', resized(0, 40), /with a size, got none/],
    ['half of its pixels', whole.subarray(0, whole.length - 200), /does not decode/],
  ])('refuses a file with %s', async (_, file, message) => {
    const error: unknown = await decodeImage('test', file, options).catch((reason) => reason)
    expect(GenError.is(error) && error.code).toBe('file')
    expect((error as Error).message).toMatch(message)
  })

  it('gives a GenError or an image for any damage', async () => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(changes, async (damage) => {
        const file = whole.slice()
        for (const [at, value] of damage) file[at] = value
        const result = await decodeImage('test', file, options).catch((reason: unknown) => reason)
        if (result instanceof Error) expect(GenError.is(result) && result.code).toBe('file')
      }),
      { numRuns: 100 },
    )
  })
})

describe('PNG files', () => {
  const read = async (file: Uint8Array, channels: 1 | 3, background = 255): Promise<number[]> => {
    return [...(await decodeImage('test', file, { ...options, channels, background })).data]
  }

  it('become gray or RGB', async () => {
    expect(await read(png([10, 200], [1, 2, 1]), 3)).toEqual([10, 10, 10, 200, 200, 200])
    expect(await read(png([10, 200, 30], [1, 1, 3]), 3)).toEqual([10, 200, 30])
    // 0.299 · 10 + 0.587 · 200 + 0.114 · 30 = 123.81
    expect(await read(png([10, 200, 30], [1, 1, 3]), 1)).toEqual([124])
  })

  it('lie on the background where they are transparent', async () => {
    const file = png([100, 100, 100, 0, 100, 100, 100, 51], [1, 2, 4])
    expect(await read(file, 3)).toEqual([255, 255, 255, 224, 224, 224])
    expect(await read(file, 1, 0)).toEqual([0, 20])
    expect(await read(png([100, 255, 100, 0], [1, 2, 2]), 1, 7)).toEqual([100, 7])
  })

  it('of 16 bits are brought to 8', async () => {
    const { cases } = JSON.parse(
      readFileSync(new URL('../../../../fixtures/png/expected.json', import.meta.url), 'utf8'),
    ) as { cases: Record<string, { file: string; data: number[] }> }
    const { file = '', data = [] } = cases['gray-16'] ?? {}
    expect(await read(bytes(file), 1)).toEqual(data.map((value) => Math.round(value / 257)))
  })

  it('of other formats are refused', async () => {
    await expect(decodeImage('test', new Uint8Array(9), options)).rejects.toThrow(/a PNG or JPEG file, got 9 bytes/)
  })
})
