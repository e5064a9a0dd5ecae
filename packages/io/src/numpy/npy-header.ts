/** The header of an npy file: a Python dictionary as text. @module */
import { type GenError, refusal } from '@gen/backend'
import { quote } from '../quote.ts'
import { byteLength, type Dtype, maxRank } from '../tensors/dtype.ts'
import { parseNpyDictionary } from './npy-dictionary.ts'

/** What an npy header says. */
export interface NpyHeader {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly fortranOrder: boolean
  readonly bigEndian: boolean
  /** Where the data begin. */
  readonly dataStart: number
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** NumPy's codes of the element types that both formats have. */
export const npyCodes: Readonly<Partial<Record<Dtype, string>>> = {
  BOOL: 'b1',
  I8: 'i1',
  U8: 'u1',
  I16: 'i2',
  U16: 'u2',
  F16: 'f2',
  I32: 'i4',
  U32: 'u4',
  F32: 'f4',
  I64: 'i8',
  U64: 'u8',
  F64: 'f8',
  C64: 'c8',
}
/** NumPy's letters of the others, and of sizes that only it has. */
const kinds: Readonly<Record<string, string>> = {
  c: 'complex numbers of 16 or more bytes',
  f: 'floats of more than 8 bytes',
  S: 'byte strings',
  a: 'byte strings',
  U: 'strings',
  T: 'strings',
  O: 'Python objects',
  M: 'dates',
  m: 'spans of time',
  V: 'records',
}
/** The longest header of version 1; later versions are for records, which are refused. */
const maxHeaderBytes = 65_535
const dtypeOf = new Map(Object.entries(npyCodes).map(([dtype, code]) => [code, dtype as Dtype]))

/** Parses and checks a header; the data must fill the file exactly. */
export function parseNpyHeader(where: string, bytes: Uint8Array): NpyHeader {
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw broken(where, 'a file that begins as npy does', `${bytes.length} bytes that do not`)
  }
  const version = bytes[6] as number
  if (version < 1 || version > 3) throw broken(where, 'npy version 1, 2 or 3', String(version))
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const textStart = version === 1 ? 10 : 12
  const textBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (textBytes > maxHeaderBytes) throw broken(where, `a header of at most ${maxHeaderBytes} bytes`, `${textBytes}`)
  const dataStart = textStart + textBytes
  if (dataStart > bytes.length) {
    throw broken(where, `a header within the file's ${bytes.length} bytes`, `${textBytes} bytes; the file is truncated`)
  }
  const text = new TextDecoder('latin1').decode(bytes.subarray(textStart, dataStart))
  const header = { ...parseDictionary(where, text), dataStart }
  const expected = byteLength(header.dtype, header.shape)
  if (expected !== bytes.length - dataStart) {
    const got = `${bytes.length - dataStart}; the file is damaged`
    throw broken(where, `${expected ?? 'a countable number of'} bytes for ${header.dtype} [${header.shape}]`, got)
  }
  return header
}

function parseDictionary(where: string, text: string): Omit<NpyHeader, 'dataStart'> {
  const dictionary = parseNpyDictionary(text)
  if (!dictionary) throw broken(where, 'a header with descr, fortran_order and shape', quote(text))
  const { descr = 'V', fortranOrder, shape } = dictionary
  if (shape.length > maxRank) throw broken(where, `at most ${maxRank} dimensions`, `${shape.length}`)
  const [, order, code = ''] = /^([<>|=])(\w+)$/.exec(descr) ?? []
  const dtype = dtypeOf.get(code)
  if (!dtype) {
    const got = `${kindOf(descr)} (${quote(descr)}); save it as one of ${[...dtypeOf.keys()].join(', ')}`
    throw broken(where, 'an array of booleans or numbers', got)
  }
  return { dtype, shape, fortranOrder, bigEndian: order === '>' }
}

/** What an element type that is not read would hold. */
function kindOf(descr: string): string {
  const kind = /[A-Za-z]/.exec(descr)?.[0] ?? ''
  return kinds[kind] ?? 'something else'
}

function broken(where: string, expected: string, got: string): GenError {
  return refusal('file', where, { expected, got })
}
