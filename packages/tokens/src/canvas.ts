/** What is given of a sequence, and what is to be filled in. @module */
import { refusal } from '@gen/backend'
import type { TokenSizes } from './networks/network.ts'
import type { TokenProcess } from './processes/process.ts'

/** A sequence with blanks. */
export interface Canvas {
  /** `[length]`; blanks are the number of tokens. */
  readonly tokens: Int32Array
  /** Blank places, ascending. */
  readonly blanks: readonly number[]
}

/** Tokens from the first place on; null at a blank, and blank where the list has ended. */
export type GivenTokens = readonly (number | null)[]

/**
 * Lays out what is given.
 *
 * @throws GenError `shape` for more than a sequence, `range` for what is no token, `config` where the process cannot fill the
 * blanks, for it goes from left to right.
 */
export function canvasOf(
  where: string,
  given: GivenTokens | undefined,
  { length, size, process }: TokenSizes & { readonly process: TokenProcess },
): Canvas {
  const known = given ?? []
  if (known.length > length) {
    throw refusal('shape', where, {
      expected: `at most ${length} tokens given`,
      got: known.length,
      remedy: 'leave the first ones out',
    })
  }
  const tokens = new Int32Array(length).fill(size)
  known.forEach((token, place) => {
    if (token === null) return
    if (!Number.isInteger(token) || token < 0 || token >= size) {
      const expected = `given tokens from 0 to ${size - 1}, or null`
      throw refusal('range', where, { expected, got: token, details: { token, place } })
    }
    tokens[place] = token
  })
  const blanks = Array.from(tokens.keys()).filter((place) => tokens[place] === size)
  const first = blanks[0] ?? length
  if (process.causal && blanks.length < length - first) {
    throw refusal('config', where, {
      expected: 'blanks at the end alone, for the model goes from left to right',
      got: `a blank at place ${first} before what is given`,
      remedy: 'take a model of masked diffusion, which fills in anywhere',
    })
  }
  return { tokens, blanks }
}
