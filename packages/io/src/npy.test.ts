import { readFileSync } from 'node:fs'
import { GenError } from '@gen/backend'
import { tensor2d } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FixtureTensor, fixtureNumber } from './fixture-value.ts'
import { decodeNpy, encodeNpy } from './npy.ts'
import { toArray } from './to-tensor.ts'

interface Fixture {
  arrays: Record<string, FixtureTensor & { file: string }>
  formats: Record<string, string>
  refused: Record<string, string>
}
const expected = JSON.parse(
  readFileSync(new URL('../../../fixtures/npy/expected.json', import.meta.url), 'utf8'),
) as Fixture
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

function npy(dictionary: string, dataBytes: number): Uint8Array {
  const text = `${dictionary}\n`
  const file = new Uint8Array(10 + text.length + dataBytes)
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 0xff, text.length >> 8])
  file.set(new TextEncoder().encode(text), 10)
  return file
}

describe('arrays saved by NumPy', () => {
  it.each(Object.entries(expected.arrays))('%s reads', (_, { file, shape, values }) => {
    const raw = decodeNpy(bytes(file))
    expect(raw.shape).toEqual(shape)
    const actual = Array.from(toArray(raw) as ArrayLike<number | bigint>)
    if (typeof actual[0] === 'bigint') expect(actual.map(String)).toEqual(values)
    else expect(actual).toEqual(values.map(fixtureNumber))
  })

  it.each(Object.entries(expected.formats))('in %s of the format read', (_, file) => {
    expect(decodeNpy(bytes(file)).data).toEqual(decodeNpy(bytes(expected.arrays.f32?.file as string)).data)
  })

  const same = Object.entries(expected.arrays).filter(([name]) => !/fortran|big/.test(name))
  it.each(same)('%s is written byte for byte the same', (_, { file }) => {
    expect(encodeNpy(decodeNpy(bytes(file)))).toEqual(bytes(file))
  })

  it.each(Object.entries(expected.refused))('of %s are refused', (_, file) => {
    expect(() => decodeNpy(bytes(file))).toThrow(/io.decodeNpy: expected .* got /)
    expect(() => decodeNpy(bytes(file))).toThrow(GenError)
  })
})

describe('encodeNpy', () => {
  it('writes a tensor that decodeNpy reads', () => {
    const x = tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const raw = decodeNpy(encodeNpy(x))
    expect([raw.dtype, raw.shape, [...toArray(raw)]]).toEqual(['F32', [2, 3], [1, 2, 3, 4, 5, 6]])
    x.dispose()
  })

  it('refuses what NumPy lacks', () => {
    expect(() => encodeNpy({ dtype: 'BF16', shape: [1], data: new Uint8Array(2) })).toThrow(/NumPy has, got BF16/)
  })
})

describe('hostile files', () => {
  it.each([
    ['no magic', new Uint8Array(64), /begins as npy does/],
    ['version 9', npy('{}', 0).map((byte, i) => (i === 6 ? 9 : byte)), /version 1, 2 or 3, got 9/],
    ['header beyond the file', npy('{}', 0).map((byte, i) => (i === 9 ? 255 : byte)), /truncated/],
    ['no shape', npy("{'descr': '<f4', 'fortran_order': False, }", 4), /descr, fortran_order and shape/],
    [
      'a key twice',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,), }", 4),
      /descr, fortran_order/,
    ],
    ['code', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': exit(), }", 4), /descr, fortran_order/],
    ['a negative size', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4), /descr, fortran_order/],
    [
      'a huge shape',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", 4),
      /countable/,
    ],
    [
      'a shape larger than the file',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 4),
      /12 bytes for F32 \[3\], got 4/,
    ],
    ['a shape smaller than the file', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 8), /4 bytes/],
  ])('%s', (_, file, message) => {
    expect(() => decodeNpy(file)).toThrow(message)
  })

  it('give a GenError or an array as large as its file', () => {
    const whole = bytes(expected.arrays['fortran-f4']?.file as string)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const file = whole.slice(0, length % 2 ? length : whole.length)
        if (at < file.length) file[at] = value
        try {
          expect(decodeNpy(file).data.length).toBeLessThan(file.length)
        } catch (error) {
          expect(GenError.is(error) && error.code).toBe('file')
        }
      }),
      { numRuns: 300 },
    )
  })
})
