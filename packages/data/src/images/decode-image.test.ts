import { readFileSync } from 'node:fs'
import { encodePng } from '@gen/io'
import { tensor3d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { decodeImage } from './decode-image.ts'

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

describe('PNG files', () => {
  const read = (file: Uint8Array, channels: 1 | 3, background = 255): number[] => {
    return [...decodeImage('test', file, { ...options, channels, background }).data]
  }

  it('become gray or RGB', () => {
    expect(read(png([10, 200], [1, 2, 1]), 3)).toEqual([10, 10, 10, 200, 200, 200])
    expect(read(png([10, 200, 30], [1, 1, 3]), 3)).toEqual([10, 200, 30])
    // 0.299 · 10 + 0.587 · 200 + 0.114 · 30 = 123.81
    expect(read(png([10, 200, 30], [1, 1, 3]), 1)).toEqual([124])
  })

  it('become the gray of Rec. 601', () => {
    // round(255 · 0.299), round(255 · 0.587), round(255 · 0.114), and of half of each.
    expect(read(png([255, 0, 0, 0, 255, 0, 0, 0, 255], [1, 3, 3]), 1)).toEqual([76, 150, 29])
    expect(read(png([128, 0, 0, 0, 128, 0, 0, 0, 128], [1, 3, 3]), 1)).toEqual([38, 75, 15])
    expect(read(png([255, 255, 255], [1, 1, 3]), 1)).toEqual([255])
  })

  it('lie on the background where they are transparent', () => {
    const file = png([100, 100, 100, 0, 100, 100, 100, 51], [1, 2, 4])
    expect(read(file, 3)).toEqual([255, 255, 255, 224, 224, 224])
    expect(read(file, 1, 0)).toEqual([0, 20])
    expect(read(png([100, 255, 100, 0], [1, 2, 2]), 1, 7)).toEqual([100, 7])
  })

  it('of 16 bits are brought to 8', () => {
    const { cases } = JSON.parse(
      readFileSync(new URL('../../../../fixtures/png/expected.json', import.meta.url), 'utf8'),
    ) as { cases: Record<string, { file: string; data: number[] }> }
    const { file = '', data = [] } = cases['gray-16'] ?? {}
    expect(read(bytes(file), 1)).toEqual(data.map((value) => Math.round(value / 257)))
    const alpha = cases['gray-alpha-16']
    const pixels = Array.from({ length: (alpha?.data.length ?? 0) / 2 }, (_, i) => alpha?.data.slice(2 * i, 2 * i + 2))
    expect(pixels.length).toBe(35)
    expect(read(bytes(alpha?.file ?? ''), 1, 100)).toEqual(
      pixels.map(([value = 0, share = 0] = []) => {
        return Math.round((value / 257) * (share / 65535) + 100 * (1 - share / 65535))
      }),
    )
  })

  it('of other formats are refused', () => {
    expect(() => decodeImage('test', new Uint8Array(9), options)).toThrow(/a PNG or JPEG file, got 9 bytes/)
  })
})
