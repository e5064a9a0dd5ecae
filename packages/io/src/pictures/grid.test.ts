import { dispose, type Rank, range, reshape, slice, type Tensor4D, tidy, zeros } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grid } from './grid.ts'

describe('grid', () => {
  it('puts image i at row ⌊i / columns⌋, column i mod columns, and value everywhere else', () => {
    const size = fc.integer({ min: 1, max: 4 })
    const shapes = fc.tuple(fc.integer({ min: 1, max: 7 }), size, size, fc.integer({ min: 1, max: 3 }))
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 5 }), fc.nat(3), (shape, columns, padding) => {
        const [count, height, width, channels] = shape
        const total = count * height * width * channels
        const { images, sheet } = tidy(() => {
          const batch = reshape<Rank.R4>(range(1, total + 1), shape)
          return { images: batch, sheet: grid(batch, { columns, padding, value: -7 }) }
        })
        const rows = Math.ceil(count / columns)
        expect(sheet.shape).toEqual([
          rows * (height + padding) + padding,
          columns * (width + padding) + padding,
          channels,
        ])
        for (let i = 0; i < count; i++) {
          const top = padding + Math.floor(i / columns) * (height + padding)
          const left = padding + (i % columns) * (width + padding)
          const cell = slice(sheet, [top, left, 0], [height, width, channels])
          const image = slice(images, [i, 0, 0, 0], [1, height, width, channels])
          expect(cell.dataSync()).toEqual(image.dataSync())
          dispose([cell, image])
        }
        expect(sheet.dataSync().filter((value) => value !== -7).length).toBe(total)
        dispose([images, sheet])
      }),
      { numRuns: 50 },
    )
  })

  it('is about square unless told otherwise', () => {
    const images = zeros<Rank.R4>([10, 2, 2, 1])
    const sheet = grid(images, { padding: 0 })
    expect(sheet.shape).toEqual([3 * 2, 4 * 2, 1])
    dispose([images, sheet])
  })

  it('refuses other shapes and options', () => {
    const image = zeros<Rank.R3>([2, 2, 1])
    expect(() => grid(image as unknown as Tensor4D)).toThrow(
      /io.grid: expected images of shape \[b, h, w, c\], got \[2,2,1\]/,
    )
    const images = zeros<Rank.R4>([1, 2, 2, 1])
    expect(() => grid(images, { columns: 0 })).toThrow(/columns/)
    expect(() => grid(images, { padding: -1 })).toThrow(/padding/)
    dispose([image, images])
  })
})
