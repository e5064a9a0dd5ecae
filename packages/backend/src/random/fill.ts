/** Fills plain arrays with the numbers of a key; everything random in `@gen/*` comes from here. @module */
import { boxMuller, negativeLog } from './box-muller.ts'
import { type Key, tags } from './key.ts'
import { philox } from './philox.ts'

/** What the numbers of a row are. */
export type Distribution = 'normal' | 'uniform' | 'bits' | 'gumbel'

const inverse24 = 2 ** -24
const words = new Uint32Array(4)

/** Writes the `count ≤ 4` numbers of the block in `words` to `out[at…]`. */
type WriteBlock = (out: Float32Array | Uint32Array, at: number, count: number) => void

const writers: Record<Distribution, WriteBlock> = {
  normal: (out, at, count) => {
    boxMuller(words[0]!, words[1]!, out as Float32Array, at, count > 1)
    if (count > 2) boxMuller(words[2]!, words[3]!, out as Float32Array, at + 2, count > 3)
  },
  uniform: (out, at, count) => {
    for (let i = 0; i < count; i++) out[at + i] = (words[i]! >>> 8) * inverse24
  },
  bits: (out, at, count) => {
    for (let i = 0; i < count; i++) out[at + i] = words[i]!
  },
  gumbel: (out, at, count) => {
    for (let i = 0; i < count; i++) out[at + i] = gumbel(words[i]!)
  },
}

/**
 * Fills `out` with `rows × columns` numbers: row r of the draw is row `offset + r` of the key's stream, and its column c
 * comes from word `c mod 4` of block `⌊c / 4⌋`.
 */
export function fillRows(
  k: Key,
  out: Float32Array | Uint32Array,
  rows: number,
  columns: number,
  offset: number,
  distribution: Distribution,
): void {
  const write = writers[distribution]
  for (let r = 0; r < rows; r++) {
    const row = offset + r
    const low = row >>> 0
    const high = Math.floor(row / 2 ** 32)
    const start = r * columns
    for (let c = 0; c < columns; c += 4) {
      philox(c >>> 2, low, high, tags.draw, k.hi, k.lo, words)
      write(out, start + c, Math.min(4, columns - c))
    }
  }
}

/** −ln(−ln U), with U = (a + ½)·2⁻³²; argmax over logits plus these is a categorical draw (Gumbel, 1954). */
function gumbel(a: number): number {
  return naturalLogOfInverse(negativeLog(a))
}

/** −ln x for a positive float64 in [2⁻³⁴, 64], by scaling to a 32-bit word's range first. */
function naturalLogOfInverse(x: number): number {
  // x = (a + ½)·2⁻³²·2^e with a 32-bit a: the cut costs 2⁻³² relative, below float32's rounding.
  let exponent = 0
  let y = x
  while (y >= 1) {
    y = y / 2
    exponent++
  }
  while (y < 0.5) {
    y = y * 2
    exponent--
  }
  return negativeLog(Math.floor(y * 2 ** 32)) - exponent * Math.LN2
}
