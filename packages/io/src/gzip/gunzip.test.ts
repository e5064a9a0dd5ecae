import { gzipSync } from 'node:zlib'
import { GenError } from '@gen/backend'
import fc from 'fast-check'
import { gzipSync as gzipWithName } from 'fflate'
import { describe, expect, it } from 'vitest'
import { gunzip, isGzip } from './gunzip.ts'

const zip = (data: Uint8Array): Uint8Array => new Uint8Array(gzipSync(data))

describe('gunzip', () => {
  it('is the inverse of gzip', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (data) => {
        expect(gunzip(zip(data))).toEqual(data)
      }),
    )
  })

  it('reads a large file and one with a name', () => {
    const data = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 5)
    // Compared at once: element by element takes seconds.
    expect(Buffer.compare(gunzip(zip(data)), data)).toBe(0)
    const named = gzipWithName(data, { filename: 'digits' })
    expect(isGzip(named)).toBe(true)
    expect(Buffer.compare(gunzip(named), data)).toBe(0)
  })

  const whole = zip(new Uint8Array(4_000_000))
  const sized = (size: number): Uint8Array => {
    const file = whole.slice()
    new DataView(file.buffer).setUint32(file.length - 4, size, true)
    return file
  }

  it.each([
    ['nothing', new Uint8Array(0), /gzip file, got 0 bytes/],
    ['another format', new Uint8Array(100), /gzip file/],
    ['a truncated file', zip(Uint8Array.from({ length: 999 }, (_, i) => i * i)).subarray(0, 100), /damaged|at most/],
    ['a size beyond the limit', sized(2 ** 31), /at most 1073741824 bytes/],
    ['a size that the data cannot reach', sized(2 ** 30), /too few/],
    ['a bomb that says it is small', sized(10), /10 bytes, got more/],
    ['a wrong checksum', whole.map((byte, i) => (i === whole.length - 8 ? byte ^ 1 : byte)), /checksum/],
  ])('refuses %s', (_, file, message) => {
    expect(() => gunzip(file)).toThrow(message)
    expect(() => gunzip(file)).toThrow(GenError)
  })

  it('holds to maxBytes', () => {
    expect(() => gunzip(whole, { maxBytes: 1000 })).toThrow(/at most 1000 bytes, got 4000000; pass maxBytes/)
  })
})
