/** A question in text, as places to fill in. @module */
import { refusal } from '@gen/backend'
import type { GivenTokens } from '../canvas.ts'
import type { TokenModel } from '../tokens.ts'
import type { Vocabulary } from '../vocabularies/vocabulary.ts'

/** How a question is read. */
export interface QuestionOptions {
  readonly blank: string
  readonly symbols: string | undefined
  readonly most: number
}

/** A question as a model takes it. */
export interface Question {
  readonly given: GivenTokens
  /** The places of the answer, in the order in which they are filled. */
  readonly places: readonly number[]
  /** Whether a word that consists of these tokens would end before this one. */
  ends(filled: readonly number[], token: number): boolean
  /** Whether a token may be part of an answer. */
  mayFill(token: number): boolean
  readonly vocabulary: Vocabulary
}

/**
 * Reads a question.
 *
 * @throws GenError `config` for a model without a vocabulary, `shape` for blanks too far from each other, `value` for
 * characters that the vocabulary lacks.
 */
export function questionOf(
  where: string,
  { vocabulary, shape: [length] }: Pick<TokenModel, 'vocabulary' | 'shape'>,
  text: string,
  { blank, symbols, most }: QuestionOptions,
): Question {
  if (!vocabulary) {
    throw refusal('config', where, {
      expected: 'a model with a vocabulary',
      got: 'one of numbers',
      remedy: 'make it with vocabulary: characters()',
    })
  }
  const parts = text.split(blank).map((part) => [...vocabulary.encode(part)])
  const allowed = symbols === undefined ? undefined : new Set(vocabulary.encode(symbols))
  const mayFill = (token: number) => allowed?.has(token) ?? true
  if (parts.length > 1) return { ...blanksIn(where, length, parts), mayFill, vocabulary }
  const room = Math.max(0, length - most)
  const given = room === 0 ? [] : parts[0]!.slice(-room)
  const places = Array.from({ length: Math.min(most, length - given.length) }, (_, i) => given.length + i)
  return { given, places, mayFill, vocabulary, ends: wordEnds(vocabulary) }
}

function blanksIn(
  where: string,
  length: number,
  parts: readonly number[][],
): Pick<Question, 'given' | 'places' | 'ends'> {
  const all: (number | null)[] = parts.flatMap((part, i) => (i === 0 ? part : [null, ...part]))
  const [first, last] = [all.indexOf(null), all.lastIndexOf(null)]
  if (last - first >= length) {
    throw refusal('shape', where, {
      expected: `blanks within ${length} tokens`,
      got: last - first + 1,
      remedy: 'ask about one blank after the other',
    })
  }
  // As much on both sides of the blanks, where not all of the question finds room.
  const spare = length - (last - first + 1)
  const start = Math.max(0, Math.min(first - Math.floor(spare / 2), all.length - length))
  const given = all.slice(start, start + length)
  const places = given.flatMap((token, place) => (token === null ? [place] : []))
  return { given, places, ends: () => false }
}

/** A word has a letter, and ends before what is no letter, apostrophe or hyphen. */
function wordEnds(vocabulary: Vocabulary): Question['ends'] {
  const symbols = Array.from({ length: vocabulary.size }, (_, token) => vocabulary.decode([token]))
  const letters = symbols.map((symbol) => /\p{L}/u.test(symbol))
  const parts = symbols.map((symbol) => /[\p{L}\p{M}'’-]/u.test(symbol))
  return (filled, token) => !parts[token] && filled.some((one) => letters[one])
}
