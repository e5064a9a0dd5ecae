/** Sequences cut from a long row of tokens. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { tensor2d } from '@tensorflow/tfjs-core'
import { dataset } from '../sets/dataset.ts'

/** Options of {@link tokenDataset}. */
export interface TokenDatasetOptions {
  /** The row: whole numbers from 0, such as a text's characters. Kept, not copied. */
  tokens: Int32Array
  /** Tokens in a sequence. */
  length: number
  /** Tokens from the start of one sequence to that of the next; `length` cuts the row without overlap. @default 1 */
  stride?: number
}

/**
 * Makes a dataset of the sequences in a row of tokens: item i is `tokens[i·stride … i·stride + length − 1]`, int32 `[b, length]`
 * in batches. What is left at the end and is no whole sequence belongs to none.
 *
 * @throws GenError `value` or `range` for a length or stride that is no natural number, or a token below 0; `shape` for fewer
 * tokens than one sequence.
 * @example
 * const pairs = tokenDataset({ tokens: Int32Array.of(5, 6, 7, 8), length: 2 })
 * pairs.size // 3
 */
export function tokenDataset({ tokens, length, stride = 1 }: TokenDatasetOptions): Dataset {
  const where = 'data.tokenDataset'
  assertInteger(where, 'length', length, { min: 1 })
  assertInteger(where, 'stride', stride, { min: 1 })
  if (tokens.length < length) {
    throw refusal('shape', where, {
      expected: `at least ${length} tokens`,
      got: tokens.length,
      remedy: 'pass a longer text, or a smaller length',
    })
  }
  const bad = tokens.find((token) => token < 0)
  if (bad !== undefined) throw refusal('range', where, { expected: 'tokens from 0', got: bad })
  return dataset({
    size: 1 + Math.floor((tokens.length - length) / stride),
    shape: [length],
    take: (indices) => {
      const values = new Int32Array(indices.length * length)
      for (let i = 0; i < indices.length; i++) {
        const start = (indices[i] as number) * stride
        values.set(tokens.subarray(start, start + length), i * length)
      }
      return { x: tensor2d(values, [indices.length, length], 'int32') }
    },
  })
}
