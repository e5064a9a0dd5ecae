import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { GenError } from '@gen/backend'
import { memory, tensor1d } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FixtureTensor, fixtureNumber } from '../fixture-value.ts'
import { byteLength, type Dtype, dtypes } from '../tensors/dtype.ts'
import type { RawTensor } from '../tensors/raw-tensor.ts'
import { toArray } from '../tensors/to-tensor.ts'
import { writtenHere } from './safetensors.fixture.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

const fixtures = new URL('../../../../fixtures/safetensors/', import.meta.url)
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, fixtures)))
const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(fixture(name)))

function expectValues(raw: RawTensor, { shape, values }: FixtureTensor): void {
  expect(raw.shape).toEqual(shape)
  const actual = Array.from(toArray(raw) as ArrayLike<number | bigint>)
  if (typeof actual[0] === 'bigint') expect(actual.map(String)).toEqual(values)
  else expect(actual).toEqual(values.map(fixtureNumber))
}

describe('files made by Python', () => {
  const expected = json('expected.json') as Record<string, Record<string, FixtureTensor>>

  it.each(['python.safetensors', 'python-metadata.safetensors', 'python-float8.safetensors'])('%s reads', (name) => {
    const { tensors } = decodeSafetensors(fixture(name))
    const values = expected[name] as Record<string, FixtureTensor>
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(values).sort())
    for (const [key, raw] of Object.entries(tensors)) expectValues(raw, values[key] as FixtureTensor)
  })

  it('read with their metadata', () => {
    expect(decodeSafetensors(fixture('python-metadata.safetensors')).metadata).toEqual({ step: '12', ü: 'é\n"' })
  })

  it('are written byte for byte the same', () => {
    const file = fixture('python.safetensors')
    expect(encodeSafetensors(decodeSafetensors(file).tensors)).toEqual(file)
  })
})

describe('a file made here', () => {
  const checked = json('checked.json') as {
    sha256: string
    metadata: Record<string, string>
    tensors: Record<string, FixtureTensor>
  }

  it('is the one that Python read', () => {
    expect(createHash('sha256').update(writtenHere()).digest('hex')).toBe(checked.sha256)
  })

  it('holds what Python found in it', () => {
    const { tensors, metadata } = decodeSafetensors(writtenHere())
    expect(metadata).toEqual(checked.metadata)
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(checked.tensors).sort())
    for (const [key, raw] of Object.entries(tensors)) expectValues(raw, checked.tensors[key] as FixtureTensor)
  })
})

const raws = fc
  .record({ dtype: fc.constantFrom(...dtypes), shape: fc.array(fc.nat(4), { maxLength: 4 }) })
  .map(({ dtype, shape }): RawTensor => {
    // Types below 8 bits must fill whole bytes.
    const whole = byteLength(dtype, shape) === undefined ? [...shape, 4] : shape
    return {
      dtype,
      shape: whole,
      data: Uint8Array.from({ length: byteLength(dtype, whole) as number }, (_, i) => i * 7),
    }
  })

describe('encodeSafetensors and decodeSafetensors', () => {
  it('are inverse for every element type, shape and name', () => {
    const files = fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), raws, {
      maxKeys: 6,
      noNullPrototype: true,
    })
    const texts = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 8 }), {
      noNullPrototype: true,
    })
    fc.assert(
      fc.property(files, texts, (tensors, metadata) => {
        fc.pre(!Object.hasOwn(tensors, '__metadata__'))
        const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata))
        expect(Object.entries(decoded.tensors).sort(byName)).toEqual(Object.entries(tensors).sort(byName))
        expect(Object.entries(decoded.metadata).sort(byName)).toEqual(Object.entries(metadata).sort(byName))
      }),
      { numRuns: 50 },
    )
  })

  it('align the data and every tensor to its element', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), raws), (tensors) => {
        fc.pre(!Object.hasOwn(tensors, '__metadata__'))
        const file = encodeSafetensors(tensors)
        expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0)
        for (const { dtype, data } of Object.values(decodeSafetensors(file).tensors)) {
          expect(data.byteOffset % Math.max(1, (byteLength(dtype, [4]) as number) / 4)).toBe(0)
        }
      }),
    )
  })

  it('keep a tensor called __proto__', () => {
    const raw: RawTensor = { dtype: 'U8', shape: [1], data: new Uint8Array([3]) }
    const { tensors } = decodeSafetensors(encodeSafetensors(Object.fromEntries([['__proto__', raw]])))
    expect(Object.getOwnPropertyDescriptor(tensors, '__proto__')?.value).toEqual(raw)
  })

  const byte: RawTensor = { dtype: 'U8', shape: [1], data: new Uint8Array([3]) }

  it('write tensors of one type in the order of their names in UTF-8', () => {
    // In UTF-16 the last two would come the other way round.
    const names = ['', 'a', 'a\u{10ffff}', 'b', 'é', '\uffff', '\u{1f600}', '\u{1f600}a', '\u{1f601}']
    const file = encodeSafetensors(Object.fromEntries([...names].reverse().map((name) => [name, byte])))
    const starts = Object.entries(decodeSafetensors(file).tensors).sort(
      (a, b) => a[1].data.byteOffset - b[1].data.byteOffset,
    )
    expect(starts.map(([name]) => name)).toEqual(names)
  })

  it('keep names that objects have by themselves', () => {
    const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', '0', '']
    const file = encodeSafetensors(
      Object.fromEntries(names.map((name) => [name, byte])),
      Object.fromEntries(names.map((name) => [name, `text of ${name}`])),
    )
    const { tensors, metadata } = decodeSafetensors(file)
    expect(Object.entries(metadata).sort(byName)).toEqual(
      names.map((name) => [name, `text of ${name}`]).sort(byName as never),
    )
    expect(Object.keys(tensors).sort()).toEqual([...names].sort())
  })

  it('keep long texts and long names', () => {
    const long = `${'é\\"\n'.repeat(2 ** 21)}${'x'.repeat(2 ** 23)}`
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors({ [long]: byte, b: byte }, { [long]: long }))
    expect(metadata[long] === long).toBe(true)
    expect(tensors[long]?.data).toEqual(byte.data)
  })

  it('refuse what no reader would read', () => {
    const most = 100_000_000
    expect(() => encodeSafetensors({ x: byte }, { text: 'x'.repeat(most) })).toThrow(
      /names and metadata of at most 100000000 bytes, got \d+; store long text/,
    )
    // Short as text, long as JSON.
    expect(() => encodeSafetensors({ x: byte }, { text: '\u0001'.repeat(2e7) })).toThrow(
      /at most 100000000 bytes, got 12/,
    )
    expect(() => encodeSafetensors({ x: { ...byte, shape: new Array(65).fill(1) } })).toThrow(
      'io.encodeSafetensors: expected x to have at most 64 dimensions, got 65',
    )
    expect(
      decodeSafetensors(encodeSafetensors({ x: { ...byte, shape: new Array(64).fill(1) } })).tensors.x?.shape.length,
    ).toBe(64)
  })

  it('neither dispose nor leak', () => {
    const x = tensor1d([1, 2])
    const before = memory().numTensors
    encodeSafetensors({ x })
    expect(memory().numTensors).toBe(before)
    expect(x.isDisposed).toBe(false)
    x.dispose()
  })

  it('refuse what the format cannot hold', () => {
    const raw: RawTensor = { dtype: 'F32', shape: [2], data: new Uint8Array(4) }
    expect(() => encodeSafetensors({ raw })).toThrow(
      'io.encodeSafetensors: expected raw (F32 [2]) to hold 8 bytes, got 4',
    )
    expect(() => encodeSafetensors({ x: { ...raw, dtype: 'X' as Dtype } })).toThrow(GenError)
    const x = tensor1d(['a'])
    expect(() => encodeSafetensors({ x })).toThrow(/float32, int32 or bool tensor, got string/)
    x.dispose()
    expect(() => encodeSafetensors({ __metadata__: { ...raw, shape: [1] } })).toThrow(/reserves/)
  })
})

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : Number(a > b))

function file(header: string, dataBytes: number, declared = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(declared), true)
  bytes.set(new TextEncoder().encode(header), 8)
  return bytes
}

describe('hostile files', () => {
  const u8 = (start: number, end: number, shape = [end - start]): object => ({
    dtype: 'U8',
    shape,
    data_offsets: [start, end],
  })
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(0), /at least 8 bytes, got 0/],
    ['huge header', file('{}', 0, 2 ** 40), /at most 100000000 bytes/],
    ['header beyond the file', file('{}', 0, 3), /truncated/],
    ['not JSON', file('{', 0), /UTF-8 JSON/],
    ['an array', file('[]', 0), /JSON object/],
    ['leading space', file(' {}', 0), /JSON object/],
    ['bad UTF-8', file('{}', 0).map((byte, i) => (i === 8 ? 0xff : byte)), /UTF-8 JSON/],
    [
      'a name twice',
      file(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      /"a" twice/,
    ],
    [
      'an escaped name twice',
      file(
        '{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}',
        1,
      ),
      /"a" twice/,
    ],
    ['a field twice', file('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1), /"dtype" twice/],
    ['unknown dtype', file(JSON.stringify({ a: { ...u8(0, 1), dtype: 'F1' } }), 1), /known dtype/],
    ['unknown field', file(JSON.stringify({ a: { ...u8(0, 1), extra: 1 } }), 1), /known dtype/],
    ['negative dimension', file(JSON.stringify({ a: u8(0, 1, [-1, -1]) }), 1), /known dtype/],
    ['fractional dimension', file(JSON.stringify({ a: u8(0, 1, [1.5]) }), 1), /known dtype/],
    ['overflowing shape', file(JSON.stringify({ a: u8(0, 1, [2 ** 40, 2 ** 40]) }), 1), /whole number of bytes/],
    ['offsets backwards', file(JSON.stringify({ a: u8(1, 0, [1]) }), 1), /to take 1 bytes/],
    ['size and shape differ', file(JSON.stringify({ a: u8(0, 2, [1]) }), 2), /to take 1 bytes/],
    ['overlap', file(JSON.stringify({ a: u8(0, 2), b: u8(1, 3) }), 3), /overlaps/],
    ['gap', file(JSON.stringify({ a: u8(0, 1), b: u8(2, 3) }), 3), /gap/],
    ['gap at the start', file(JSON.stringify({ a: u8(1, 2) }), 2), /gap/],
    ['truncated data', file(JSON.stringify({ a: u8(0, 3) }), 2), /truncated/],
    ['trailing data', file(JSON.stringify({ a: u8(0, 1) }), 2), /bytes follow/],
    ['65 dimensions', file(JSON.stringify({ a: u8(0, 1, new Array(65).fill(1)) }), 1), /at most 64 dimensions/],
    ['a shape that 0 hides', file(JSON.stringify({ a: u8(0, 0, [0, 2 ** 40, 2 ** 40]) }), 0), /whole number of bytes/],
    [
      'the same the other way round',
      file(JSON.stringify({ a: u8(0, 0, [2 ** 40, 2 ** 40, 0]) }), 0),
      /whole number of/,
    ],
    ['metadata that are a list', file('{"__metadata__":["a"]}', 0), /strings to strings, got an array/],
    ['an empty list of metadata', file('{"__metadata__":[]}', 0), /strings to strings, got an array/],
    ['no metadata', file('{"__metadata__":null}', 0), /strings to strings, got null/],
    ['text as metadata', file('{"__metadata__":"a"}', 0), /strings to strings, got a/],
    [
      'a number for a name that objects have',
      file('{"__metadata__":{"constructor":1}}', 0),
      /number for "constructor"/,
    ],
    ['a list as a tensor', file('{"a":[]}', 0), /known dtype/],
    ['brackets without end', file('['.repeat(1e6), 0), /UTF-8 JSON/],
    ['brackets in brackets', file(`{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`, 0), /known dtype/],
    ['a long name without a tensor', file(`{"${'x'.repeat(9e6)}":1}`, 0), /9000000 characters/],
    ['metadata of numbers', file('{"__metadata__":{"a":1}}', 0), /strings to strings/],
    [
      'half a byte',
      file(JSON.stringify({ a: { dtype: 'F4', shape: [1], data_offsets: [0, 1] } }), 1),
      /whole number of bytes/,
    ],
  ]

  it.each(cases)('%s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message)
    expect(() => decodeSafetensors(bytes)).toThrow(GenError)
  })

  it('are refused in few words, whatever they hold', () => {
    for (const [, bytes] of cases) {
      try {
        decodeSafetensors(bytes)
      } catch (error) {
        expect((error as Error).message.length).toBeLessThan(500)
      }
    }
  })

  it('never give anything but a GenError or tensors within the file', () => {
    const whole = fixture('python.safetensors')
    const mutations = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(mutations, fc.integer({ min: 0, max: whole.length }), (changes, length) => {
        const bytes = whole.slice(0, length % 3 === 0 ? length : whole.length)
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        try {
          for (const { data, dtype, shape } of Object.values(decodeSafetensors(bytes).tensors)) {
            expect(data.length).toBe(byteLength(dtype, shape))
          }
        } catch (error) {
          expect(GenError.is(error) && error.code).toBe('file')
        }
      }),
      { numRuns: 300 },
    )
  })
})
