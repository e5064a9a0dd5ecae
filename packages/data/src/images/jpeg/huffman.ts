/** Huffman codes of JPEG files. @module */

/** Codes of up to so many bits are found in one step. */
export const lookupBits = 9

/** A canonical code, ready to read with. */
export interface HuffmanCode {
  /** By the next {@link lookupBits} bits: `length · 256 + symbol`, or 0 where the code is longer. */
  readonly lookup: Uint16Array
  /** By length: one past the last code. */
  readonly end: Int32Array
  /** By length: what is added to a code to give its symbol's place. */
  readonly offset: Int32Array
  readonly symbols: Uint8Array
}

/**
 * Makes a code from the number of codes of each length (1 … 16) and their symbols.
 *
 * @throws Error when there are more codes than such lengths allow.
 * @see ITU-T T.81 (1992), annex C https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function huffmanCode(counts: Uint8Array, symbols: Uint8Array): HuffmanCode {
  const lookup = new Uint16Array(2 ** lookupBits)
  const end = new Int32Array(17)
  const offset = new Int32Array(17)
  let code = 0
  let place = 0
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] as number
    if (code + count > 2 ** length) throw new Error('a Huffman table with too many codes')
    offset[length] = place - code
    for (let i = 0; i < count; i++, code++, place++) {
      if (length > lookupBits) continue
      const free = lookupBits - length
      lookup.fill(length * 256 + (symbols[place] as number), code << free, (code + 1) << free)
    }
    end[length] = code
    code *= 2
  }
  return { lookup, end, offset, symbols }
}
