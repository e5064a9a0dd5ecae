/** The bits of a scan. @module */
import { type HuffmanCode, lookupBits } from './huffman.ts'

/** Reads the entropy-coded bytes of a scan, which end at the next marker. */
export interface BitReader {
  /** The next `n` bits as a number, the first highest; 0 ≤ n ≤ 16. */
  bits(n: number): number
  /** The next symbol of a code. */
  symbol(code: HuffmanCode): number
  /** The next `n` bits as a difference: those that begin with 0 are negative. */
  difference(n: number): number
  /** Goes on after the restart marker with this number, 0 … 7. */
  restart(number: number): void
  /** Where the scan's bytes end. */
  end(): number
}

const endsEarly = 'pixels that end early; the file is truncated'

/**
 * Reads bits from `start` on.
 *
 * @throws Error from its functions: where bits are wanted that the scan does not have, and for a code that the table lacks.
 */
export function bitReader(bytes: Uint8Array, start: number): BitReader {
  let at = start
  // The last `count` bits of `held` are not used yet; the last `missing` of those are zeros beyond the scan's end.
  let held = 0
  let count = 0
  let missing = 0

  const fill = (): void => {
    while (count <= 24) {
      const byte = bytes[at]
      const isEnd = byte === undefined || (byte === 0xff && bytes[at + 1] !== 0)
      held = (held << 8) | (isEnd ? 0 : byte)
      count += 8
      if (isEnd) missing += 8
      else at += byte === 0xff ? 2 : 1
    }
  }
  const use = (n: number): void => {
    count -= n
    if (count < missing) throw new Error(endsEarly)
  }
  const bits = (n: number): number => {
    if (count < n) fill()
    const value = (held >>> (count - n)) & ((1 << n) - 1)
    use(n)
    return value
  }
  const longSymbol = ({ end, offset, symbols }: HuffmanCode): number => {
    for (let length = lookupBits + 1; length <= 16; length++) {
      const code = (held >>> (count - length)) & ((1 << length) - 1)
      if (code >= (end[length] as number)) continue
      use(length)
      return symbols[code + (offset[length] as number)] as number
    }
    throw new Error(missing > 0 ? endsEarly : 'a code that its Huffman table lacks')
  }
  return {
    bits,
    symbol: (code) => {
      if (count < 16) fill()
      const found = code.lookup[(held >>> (count - lookupBits)) & (2 ** lookupBits - 1)] as number
      if (found === 0) return longSymbol(code)
      use(found >> 8)
      return found & 255
    },
    difference: (n) => {
      const value = bits(n)
      return n > 0 && value < 1 << (n - 1) ? value - 2 ** n + 1 : value
    },
    restart: (number) => {
      at = nextMarker(bytes, at)
      if (bytes[at + 1] !== 0xd0 + number) throw new Error('no restart marker where one is due')
      at += 2
      held = count = missing = 0
    },
    end: () => nextMarker(bytes, at),
  }
}

/** Where the next marker stands; stuffed bytes and fill bytes are none. */
export function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] !== 0 && bytes[at + 1] !== 0xff) return at
  }
  return bytes.length
}
