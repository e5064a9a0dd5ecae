/** The header of an npy file: a Python dictionary as text. @module */
import { GenError } from '@gen/backend'
import { byteLength, type Dtype } from './dtype.ts'

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

/** The dictionary has exactly these three keys, in any order; NumPy writes no others. */
function parseDictionary(where: string, text: string): Omit<NpyHeader, 'dataStart'> {
  const found: Record<string, string> = {}
  const rest = text.replace(
    /'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\([\d\sL,]*\)|\[[^\]]*\])\s*,?/g,
    (_, key, value) => {
      found[key] = Object.hasOwn(found, key) ? '' : value
      return ''
    },
  )
  const shape = /^\(((?:\s*\d+L?\s*,)*(?:\s*\d+L?)?)\s*\)$/.exec(found.shape ?? '')
  if (!/^\s*\{\s*\}\s*$/.test(rest) || !shape || !/^(True|False)$/.test(found.fortran_order ?? '')) {
    throw broken(where, 'a header with descr, fortran_order and shape', JSON.stringify(text.slice(0, 200)))
  }
  const descr = /^'([<>|=])(\w+)'$/.exec(found.descr ?? '')
  const dtype = dtypeOf.get(descr?.[2] ?? '')
  if (!dtype) {
    throw broken(
      where,
      'an array of booleans or numbers',
      `${found.descr}; save it as one of ${[...dtypeOf.keys()].join(', ')}`,
    )
  }
  return {
    dtype,
    shape: [...(shape[1] as string).matchAll(/\d+/g)].map(([digits]) => Number(digits)),
    fortranOrder: found.fortran_order === 'True',
    bigEndian: descr?.[1] === '>',
  }
}

function broken(where: string, expected: string, got: string): GenError {
  return new GenError('file', `${where}: expected ${expected}, got ${got}`)
}
