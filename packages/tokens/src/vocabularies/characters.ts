/** A token for each character. @module */
import { refusal } from '@gen/backend'
import { plainAlphabet, plainText } from './plain-text.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Options of {@link characters}. */
export interface CharactersOptions {
  /** The characters that have a token, in the order of their numbers. @default plainAlphabet */
  alphabet?: string
  /** Whether text is brought into plain characters first, see `plainText`. @default for the plain alphabet alone */
  plain?: boolean
}

/**
 * A vocabulary with a token for each character (Unicode code point) of an alphabet.
 *
 * @throws GenError `value` for an alphabet that is empty or has a character twice.
 * @example
 * const letters = characters()
 * letters.decode(letters.encode('Call me Ishmael.')) // 'call me ishmael.'
 */
export function characters({
  alphabet = plainAlphabet,
  plain = alphabet === plainAlphabet,
}: CharactersOptions = {}): Vocabulary {
  const symbols = [...alphabet]
  const numbers = new Map(symbols.map((symbol, i) => [symbol, i]))
  if (symbols.length === 0 || numbers.size < symbols.length) {
    throw refusal('value', 'tokens.characters', {
      expected: 'an alphabet of different characters',
      got: symbols.length === 0 ? 'none' : `${symbols.length} of which ${numbers.size} are different`,
      remedy: 'pass each character once',
    })
  }
  return {
    size: symbols.length,
    config: { kind: 'characters', alphabet, plain },
    encode: (text) => Int32Array.from(plain ? plainText(text) : text, (symbol) => numberOf(numbers, symbol)),
    decode: (tokens) => Array.from(tokens, (token) => symbolOf(symbols, token)).join(''),
  }
}

function numberOf(numbers: ReadonlyMap<string, number>, symbol: string): number {
  const number = numbers.get(symbol)
  if (number !== undefined) return number
  throw refusal('value', 'tokens.characters', {
    expected: 'characters of the alphabet',
    got: JSON.stringify(symbol),
    remedy: 'leave it out of the text, or put it into the alphabet',
    details: { symbol },
  })
}

function symbolOf(symbols: readonly string[], token: number): string {
  const symbol = symbols[token]
  if (symbol !== undefined) return symbol
  throw refusal('range', 'tokens.characters', {
    expected: `tokens from 0 to ${symbols.length - 1}`,
    got: token,
    details: { token },
  })
}
