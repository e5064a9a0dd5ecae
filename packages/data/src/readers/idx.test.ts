import { gzipSync } from 'node:zlib'
import { GenError } from '@gen/backend'
import { toArray } from '@gen/io'
import { dispose } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeIdx, idxDataset } from './idx.ts'

function idx(type: number, shape: number[], data: ArrayLike<number>): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length))
  header.setUint8(2, type)
  header.setUint8(3, shape.length)
  for (const [i, n] of shape.entries()) header.setUint32(4 + 4 * i, n)
  return Uint8Array.from([...new Uint8Array(header.buffer), ...Array.from(data)])
}

function bigEndian(
  setter: 'setInt16' | 'setInt32' | 'setFloat32' | 'setFloat64',
  bytes: number,
  values: number[],
): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes * values.length))
  for (const [i, value] of values.entries()) view[setter](i * bytes, value)
  return new Uint8Array(view.buffer)
}

describe('decodeIdx', () => {
  it.each([
    [8, [0, 255], Uint8Array.from([0, 255])],
    [9, [-128, 127], Uint8Array.from([128, 127])],
    [11, [-2, 258], bigEndian('setInt16', 2, [-2, 258])],
    [12, [-2, 70000], bigEndian('setInt32', 4, [-2, 70000])],
    [13, [0.5, -1e30], bigEndian('setFloat32', 4, [0.5, Math.fround(-1e30)])],
    [14, [0.1, -1e300], bigEndian('setFloat64', 8, [0.1, -1e300])],
  ])('reads element type %d', (type, values, data) => {
    const raw = decodeIdx(idx(type, [2, 1], data))
    expect(raw.shape).toEqual([2, 1])
    expect(Array.from(toArray(raw) as ArrayLike<number>)).toBeAllClose(values)
  })

  it('reads gzipped files within a limit', () => {
    const file = new Uint8Array(gzipSync(idx(8, [3], [1, 2, 3])))
    expect([...decodeIdx(file).data]).toEqual([1, 2, 3])
    expect(() => decodeIdx(file, { maxBytes: 5 })).toThrow(/at most 5 bytes/)
  })

  it.each([
    ['nothing', new Uint8Array(0), /an IDX file, got 0 bytes/],
    ['another format', Uint8Array.from([1, 2, 3, 4, 5]), /an IDX file/],
    ['an unknown type', idx(10, [1], [0]), /an IDX file/],
    ['no dimension', idx(8, [], [0]), /an IDX file/],
    ['a header cut off', idx(8, [1, 1, 1], []).subarray(0, 9), /an IDX file/],
    ['too little data', idx(8, [2, 2], [1, 2, 3]), /expected 4 bytes for U8 \[2,2\], got 3; the file is truncated/],
    ['too much data', idx(8, [2], [1, 2, 3]), /too long/],
    ['sizes beyond the file', idx(8, [2 ** 31, 2 ** 31], [1]), /truncated/],
    ['sizes beyond numbers', idx(14, [2 ** 31, 2 ** 31, 2 ** 31], [1]), /truncated/],
  ])('refuses %s', (_, file, message) => {
    expect(() => decodeIdx(file)).toThrow(message)
    expect(() => decodeIdx(file)).toThrow(GenError)
  })

  it('gives a GenError or an array within its file for any header', () => {
    const whole = idx(12, [2, 3], new Uint8Array(24))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const file = whole.slice()
        for (const [at, value] of changes) file[at] = value
        try {
          expect(decodeIdx(file).data.length).toBeLessThan(file.length)
        } catch (error) {
          expect(GenError.is(error) && error.code).toBe('file')
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('idxDataset', () => {
  const images = idx(8, [2, 1, 2], [0, 51, 102, 255])

  it('pairs images with labels', () => {
    const data = idxDataset(images, { labels: idx(8, [2, 1], [3, 9]), classes: 10 })
    expect([data.size, data.shape, data.classes]).toEqual([2, [1, 2, 1], 10])
    const { x, labels } = data.take([0, 1])
    expect(x.dataSync()).toBeAllClose([0, 0.2, 0.4, 1])
    expect([...(labels?.dataSync() ?? [])]).toEqual([3, 9])
    dispose(labels ? [x, labels] : x)
  })

  it.each([
    [idx(8, [4], [0, 0, 0, 0]), undefined, /images as bytes \[n, h, w\], got U8 \[4\]/],
    [images, idx(8, [3], [1, 2, 3]), /a label for each of 2 items, got 3/],
    [images, idx(8, [2, 2], [1, 2, 1, 2]), /labels as integers \[n\], got U8 \[2,2\]/],
    [images, idx(13, [2], new Uint8Array(8)), /labels as integers \[n\], got F32/],
  ])('refuses arrays that do not fit (%#)', (file, labels, message) => {
    expect(() => idxDataset(file, labels ? { labels } : {})).toThrow(message)
  })
})
