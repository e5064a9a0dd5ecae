/** What text is to a model of tokens, and back. @module */
import type { JsonObject } from '@gen/backend'

/** Turns text into tokens, the whole numbers from 0 to size − 1, and tokens into text. */
export interface Vocabulary {
  /** How many different tokens there are. */
  readonly size: number
  /**
   * The tokens of a text.
   *
   * @throws GenError `value` for what it has no token for.
   */
  encode(text: string): Int32Array
  /**
   * The text of tokens.
   *
   * @throws GenError `range` for a number that is no token.
   */
  decode(tokens: ArrayLike<number>): string
  /** How it was made, as plain JSON, where it can be made again. */
  readonly config?: JsonObject
}
