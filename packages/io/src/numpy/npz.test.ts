import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { GenError } from '@gen/backend'
import fc from 'fast-check'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { type FixtureTensor, fixtureNumber } from '../fixture-value.ts'
import type { RawTensor } from '../tensors/raw-tensor.ts'
import { toArray } from '../tensors/to-tensor.ts'
import { encodeNpy } from './npy.ts'
import { writtenHere } from './npz.fixture.ts'
import { decodeNpz, encodeNpz } from './npz.ts'
import { decodeZip, encodeZip } from './zip.ts'

const json = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../fixtures/npy/${name}`, import.meta.url), 'utf8'))
const { npz } = json('expected.json') as { npz: Record<string, string> }
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const cube = Array.from({ length: 24 }, (_, i) => i)

/** Changes a 32-bit field of the n-th entry in the zip directory. */
function patchDirectory(file: Uint8Array, entry: number, offset: number, value: number): Uint8Array {
  const patched = file.slice()
  const view = new DataView(patched.buffer)
  let at = view.getUint32(patched.length - 22 + 16, true)
  for (let i = 0; i < entry; i++) at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true)
  view.setUint32(at + offset, value, true)
  return patched
}

describe('files saved by NumPy', () => {
  it.each(Object.entries(npz))('%s read', (_, file) => {
    const arrays = decodeNpz(bytes(file))
    expect(Object.keys(arrays)).toEqual(['x', 'labels', 'zeros'])
    expect(arrays.x && [...toArray(arrays.x)]).toEqual(cube)
    expect(arrays.zeros?.shape).toEqual([40, 50])
  })

  it.each(Object.entries(npz))('%s read in part', (_, file) => {
    expect(Object.keys(decodeNpz(bytes(file), { only: ['labels'] }))).toEqual(['labels'])
    const some = decodeNpz(bytes(file), { only: ['x'], also: ['labels', 'y'] })
    expect(Object.keys(some)).toEqual(['x', 'labels'])
    expect(() => decodeNpz(bytes(file), { only: ['y'] })).toThrow(/expected an array y, got x, labels, zeros/)
  })
})

describe('a file made here', () => {
  const checked = json('checked.json') as { sha256: string; arrays: Record<string, FixtureTensor> }

  it('is the one that NumPy read', () => {
    expect(createHash('sha256').update(writtenHere()).digest('hex')).toBe(checked.sha256)
  })

  it('holds what NumPy found in it', () => {
    for (const [name, raw] of Object.entries(decodeNpz(writtenHere()))) {
      const { shape, values } = checked.arrays[name] as FixtureTensor
      expect(raw.shape).toEqual(shape)
      expect(Array.from(toArray(raw), Number)).toEqual(values.map(fixtureNumber))
    }
  })
})

describe('hostile files', () => {
  const whole = bytes(npz.deflated as string)
  const stored = encodeNpz({ x: { dtype: 'U8', shape: [3], data: new Uint8Array(3) } })
  const bomb = encodeNpz(
    { zeros: { dtype: 'U8', shape: [5_000_000], data: new Uint8Array(5_000_000) } },
    { compress: true },
  )

  it.each([
    ['nothing', new Uint8Array(0), /zip directory/],
    ['a truncated file', whole.subarray(0, whole.length - 30), /zip directory/],
    ['a declared size beyond the limit', patchDirectory(whole, 0, 24, 2 ** 31), /at most 1073741824 bytes, got/],
    ['a declared size that the data cannot reach', patchDirectory(whole, 0, 24, 2 ** 29), /too few for that/],
    ['a declared size that is too small', patchDirectory(whole, 2, 24, 200), /inflate to 200 bytes, got more/],
    ['a declared size that is too large', patchDirectory(whole, 2, 24, 9000), /inflate to 9000 bytes, got 8128/],
    ['another checksum', patchDirectory(whole, 0, 16, 1), /match its checksum/],
    ['a packed size beyond the file', patchDirectory(whole, 0, 20, 2 ** 30), /beyond its end/],
    ['a place beyond the file', patchDirectory(whole, 0, 42, 2 ** 30), /something else there/],
    ['zip64', patchDirectory(whole, 0, 24, 2 ** 32 - 1), /below 4 GiB/],
    ['an encrypted array', patchDirectory(whole, 0, 8, 1), /in the clear, got an encrypted file/],
    [
      'a stored array with one wrong bit',
      stored.map((byte, i) => (i === 30 + 5 + 130 ? byte ^ 1 : byte)),
      /match its checksum/,
    ],
    ['a bomb', patchDirectory(bomb, 0, 24, 100), /got more/],
  ])('%s', (_, file, message) => {
    expect(() => decodeNpz(file)).toThrow(message)
    expect(() => decodeNpz(file)).toThrow(GenError)
  })

  it('are not written: more arrays, or longer names, than a zip file can list', () => {
    const x: RawTensor = { dtype: 'U8', shape: [1], data: new Uint8Array(1) }
    const name = 'é'.repeat(32_765)
    expect(Object.keys(decodeNpz(encodeNpz({ [name]: x, constructor: x })))).toEqual([name, 'constructor'])
    expect(() => encodeNpz({ [`${name}éé`]: x })).toThrow(/names of at most 65534 bytes, got the name .* characters/)
    const many = Object.fromEntries(Array.from({ length: 65_535 }, (_, i) => [`x${i}`, x]))
    expect(() => encodeNpz(many)).toThrow(/at most 65534 files .* got 65535 files/)
  })

  it('a bomb with its true size is held by maxBytes', () => {
    expect(bomb.length).toBeLessThan(10_000)
    expect(() => decodeNpz(bomb, { maxBytes: 1_000_000 })).toThrow(/at most 1000000 bytes, got 5000128; pass maxBytes/)
    expect(decodeNpz(bomb).zeros?.shape).toEqual([5_000_000])
  })

  it('other files in the zip are left alone, an unreadable array is named', () => {
    const x = encodeNpy({ dtype: 'U8', shape: [1], data: new Uint8Array(1) })
    expect(Object.keys(decodeNpz(zipSync({ 'x.npy': x, 'readme.txt': new Uint8Array(3) })))).toEqual(['x'])
    expect(() => decodeNpz(zipSync({ 'x.npy': new Uint8Array(20) }))).toThrow(
      /io.decodeNpz \(x\): expected a file that begins/,
    )
  })

  it('give a GenError or arrays', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const file = whole.slice()
          for (const [at, value] of changes) file[at] = value
          try {
            decodeNpz(file)
          } catch (error) {
            expect(GenError.is(error) && error.code).toBe('file')
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('encodeZip', () => {
  it('writes files that read back, in folders too, the same bytes each time', () => {
    const files = {
      'a.txt': new TextEncoder().encode('one'),
      'run/b': new Uint8Array(0),
      constructor: Uint8Array.of(7),
    }
    const zip = encodeZip(files)
    expect(decodeZip(zip)).toEqual(files)
    expect(encodeZip(files)).toEqual(zip)
    expect(() => encodeZip({ ['é'.repeat(40_000)]: new Uint8Array(1) })).toThrow(/io.encodeZip: expected at most 65534/)
  })
})
