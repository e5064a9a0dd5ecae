import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exifOrientation } from './exif.ts'

/** A block of one directory with the orientation behind `before` other entries. */
function exif({ little = true, type = 3, value = 6, before = 0, magic = 42 } = {}): Uint8Array {
  const bytes = new Uint8Array(10 + 12 * (before + 1))
  const view = new DataView(bytes.buffer)
  bytes.set(little ? [0x49, 0x49] : [0x4d, 0x4d])
  view.setUint16(2, magic, little)
  view.setUint32(4, 8, little)
  view.setUint16(8, before + 1, little)
  const entry = 10 + 12 * before
  view.setUint16(entry, 0x0112, little)
  view.setUint16(entry + 2, type, little)
  view.setUint32(entry + 4, 1, little)
  if (type === 3) view.setUint16(entry + 8, value, little)
  else view.setUint32(entry + 8, value, little)
  return bytes
}

describe('exifOrientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'finds %i, in either byte order, as a short or long number, behind others',
    (value) => {
      for (const little of [true, false]) {
        for (const type of [3, 4]) {
          for (const before of [0, 3]) expect(exifOrientation(exif({ little, type, value, before }))).toBe(value)
        }
      }
    },
  )

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another byte order', exif().map((byte, i) => (i < 2 ? 0x40 : byte))],
    ['another format', exif({ magic: 43 })],
    ['0', exif({ value: 0 })],
    ['9', exif({ value: 9 })],
    ['text', exif({ type: 2 })],
  ])('gives 1 for %s', (_, block) => {
    expect(exifOrientation(block)).toBe(1)
  })

  it('gives 1 … 8 for any bytes', () => {
    const block = exif({ before: 2 })
    const damage = fc.array(fc.tuple(fc.nat(block.length - 1), fc.nat(255)), { maxLength: 4 })
    fc.assert(
      fc.property(damage, fc.nat(block.length), (changes, length) => {
        const broken = block.slice(0, length)
        for (const [at, value] of changes) if (at < length) broken[at] = value
        expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(exifOrientation(broken))
      }),
      { numRuns: 300 },
    )
  })
})
