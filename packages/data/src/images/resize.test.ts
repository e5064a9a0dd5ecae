import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ByteImage } from './byte-image.ts'
import { cropAndResize } from './resize.ts'

const gray = (height: number, width: number, data: number[]): ByteImage => ({
  height,
  width,
  channels: 1,
  data: Uint8Array.from(data),
})

describe('cropAndResize', () => {
  it('means whole blocks', () => {
    const image = gray(2, 4, [0, 10, 100, 120, 20, 30, 140, 160])
    expect([...cropAndResize(image, 1, 2).data]).toEqual([15, 130])
  })

  it('counts pixels at the edge of an area in part', () => {
    // 3 → 2: each output covers one pixel and half of the middle one.
    expect([...cropAndResize(gray(3, 3, [0, 90, 180, 0, 90, 180, 0, 90, 180]), 2, 2).data]).toEqual([30, 150, 30, 150])
  })

  it('cuts the center out', () => {
    expect([...cropAndResize(gray(2, 4, [1, 2, 3, 4, 5, 6, 7, 8]), 2, 2).data]).toEqual([2, 3, 6, 7])
    expect([...cropAndResize(gray(3, 1, [1, 2, 3]), 1, 1).data]).toEqual([2])
  })

  it('enlarges by whole factors as copies', () => {
    expect([...cropAndResize(gray(1, 2, [10, 20]), 2, 4).data]).toEqual([10, 10, 20, 20, 10, 10, 20, 20])
  })

  it('keeps what has the size already, and flat colors at any size', () => {
    const size = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(size, size, size, size, fc.nat(255), (height, width, newHeight, newWidth, value) => {
        const image: ByteImage = { height, width, channels: 3, data: new Uint8Array(height * width * 3).fill(value) }
        expect(cropAndResize(image, height, width)).toBe(image)
        const resized = cropAndResize(image, newHeight, newWidth)
        expect([resized.height, resized.width, resized.data.length]).toEqual([
          newHeight,
          newWidth,
          newHeight * newWidth * 3,
        ])
        expect(resized.data.every((byte) => byte === value)).toBe(true)
      }),
    )
  })

  it('keeps channels apart', () => {
    const image: ByteImage = {
      height: 2,
      width: 2,
      channels: 3,
      data: Uint8Array.from([0, 10, 20, 2, 12, 22, 4, 14, 24, 6, 16, 26]),
    }
    expect([...cropAndResize(image, 1, 1).data]).toEqual([3, 13, 23])
  })
})
