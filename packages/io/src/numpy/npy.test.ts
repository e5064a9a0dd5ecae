import { readFileSync } from 'node:fs'
import { GenError } from '@gen/backend'
import { tensor2d } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FixtureTensor, fixtureNumber } from '../fixture-value.ts'
import { toArray } from '../tensors/to-tensor.ts'
import { decodeNpy, encodeNpy } from './npy.ts'

interface Fixture {
  arrays: Record<string, FixtureTensor & { file: string }>
  formats: Record<string, string>
  refused: Record<string, string>
}
const expected = JSON.parse(
  readFileSync(new URL('../../../../fixtures/npy/expected.json', import.meta.url), 'utf8'),
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

it('complex numbers of the other byte order: each part is swapped by itself', () => {
  const file = npy("{'descr': '>c8', 'fortran_order': False, 'shape': (2,), }", 16)
  const view = new DataView(file.buffer, file.length - 16)
  for (const [i, part] of [1, 2, -3, 0.5].entries()) view.setFloat32(4 * i, part)
  const { dtype, shape, data } = decodeNpy(file)
  expect([dtype, shape, [...new Float32Array(data.slice().buffer)]]).toEqual(['C64', [2], [1, 2, -3, 0.5]])
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

  const header = (shape: string, descr = "'<f4'"): string =>
    `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`
  const many = (count: number): string => `(${'1, '.repeat(count)})`

  it('have at most 64 dimensions', () => {
    expect(decodeNpy(npy(header(many(64)), 4)).shape.length).toBe(64)
    for (const count of [65, 10_000]) {
      expect(() => decodeNpy(npy(header(many(count)), 4))).toThrow(`at most 64 dimensions, got ${count}`)
    }
    expect(() => encodeNpy({ dtype: 'U8', shape: new Array(65).fill(1), data: new Uint8Array(1) })).toThrow(
      /at most 64/,
    )
    expect(() => decodeNpy(npy(header('(0, 99999999999, 99999999999)'), 0))).toThrow(/countable/)
  })

  it.each([
    ['<c16', /complex numbers of 16 or more bytes \("<c16"\); save it as one of b1/],
    ['>c32', /complex numbers of 16 or more bytes/],
    ['<f16', /floats of more than 8 bytes/],
    ['<U5', /strings \("<U5"\)/],
    ['|S3', /byte strings/],
    ['|O', /Python objects/],
    ['<M8[ns]', /dates/],
    ['<m8[s]', /spans of time/],
    ['|V8', /records/],
    ['nonsense', /something else/],
  ])('of type %s are refused by name', (descr, message) => {
    expect(() => decodeNpy(npy(header('(1,)', `'${descr}'`), 16))).toThrow(message)
  })

  it('of records are refused by name', () => {
    expect(() => decodeNpy(npy(header('(1,)', "[('a', '<f4'), ('b', '<i4')]"), 8))).toThrow(/got records/)
  })

  const most = 65_535
  const version2 = (text: string): Uint8Array => {
    const file = new Uint8Array(12 + text.length)
    file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0])
    new DataView(file.buffer).setUint32(8, text.length, true)
    file.set(new TextEncoder().encode(text), 12)
    return file
  }

  it.each([
    ['spaces', ' '.repeat(most)],
    ['quotation marks', "'".repeat(most)],
    ['keys', `{${"'shape':".repeat(8000)}`],
    ['keys with spaces', `{'shape'${' '.repeat(most - 8)}`],
    ['spaces in tuples', `{'shape': (${'1 '.repeat(30_000)}`],
    ['tuples', `{'shape': ${'(1,'.repeat(20_000)}`],
    ['brackets', '['.repeat(most)],
    ['digits', `{'shape': (${'1'.repeat(most - 11)}`],
    ['fitting starts', "{'descr': '<f4',".repeat(4000)],
  ])('with a header of %s are refused, and sooner where it is too long', (_, text) => {
    expect(() => decodeNpy(version2(text))).toThrow(/descr, fortran_order and shape/)
    expect(() => decodeNpy(version2(text.padEnd(most + 1)))).toThrow(/a header of at most 65535 bytes, got 65536/)
  })

  it('with any dictionary give a GenError or an array', () => {
    const parts = [
      '{',
      '}',
      "'descr'",
      "'fortran_order'",
      "'shape'",
      ':',
      ',',
      '(',
      ')',
      "'<f4'",
      'True',
      'False',
      '1',
      '0',
      ' ',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (tokens) => {
        try {
          decodeNpy(npy(tokens.join(''), 4))
        } catch (error) {
          expect(GenError.is(error) && error.code).toBe('file')
        }
      }),
      { numRuns: 500 },
    )
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
