/** A distribution over short sequences of which everything can be counted, and the network that knows it. @module */
import { key, uniformArray } from '@gen/backend'
import { type Tensor, tensor3d } from '@tensorflow/tfjs-core'
import type { TokenNetwork } from '../networks/network.ts'

/** A distribution over all sequences of some length. */
export interface Enumerable {
  readonly length: number
  readonly size: number
  readonly sequences: readonly number[][]
  readonly probabilities: readonly number[]
}

/** Random probabilities of all sequences of tokens. */
export function enumerable(length: number, size: number, seed: number): Enumerable {
  const count = size ** length
  const sequences = Array.from({ length: count }, (_, i) =>
    Array.from({ length }, (_, place) => Math.floor(i / size ** place) % size),
  )
  const weights = Array.from(uniformArray(key(seed), 1, count), (u) => (0.05 + u) ** 3)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return { length, size, sequences, probabilities: weights.map((weight) => weight / total) }
}

/** Probability of what stands on a canvas; what is `size` may be anything. */
export function probabilityOf(truth: Enumerable, canvas: readonly number[]): number {
  const { size, sequences, probabilities } = truth
  return sequences.reduce((sum, sequence, i) => {
    const fits = canvas.every((token, place) => token === size || token === sequence[place])
    return fits ? sum + probabilities[i]! : sum
  }, 0)
}

/**
 * The network that gives the true conditionals at each place: of all that stands elsewhere, or with `causal` of what stood
 * before (its input is moved by one place behind a start).
 */
export function trueNetwork(truth: Enumerable, causal = false): TokenNetwork {
  const { length, size } = truth
  return {
    inputShape: [length],
    outputShape: [length, size],
    causal,
    variables: () => [],
    apply: (x: Tensor) => {
      const rows = x.arraySync() as number[][]
      const logits = rows.flatMap((row) =>
        row.flatMap((_, place) => {
          const known = causal ? [...row.slice(1, place + 1), ...blanks(length - place, size)] : row
          return Array.from({ length: size }, (_, token) => {
            const canvas = known.map((other, at) => (at === place ? token : other))
            return Math.log(probabilityOf(truth, canvas))
          })
        }),
      )
      return tensor3d(logits, [rows.length, length, size])
    },
  }
}

function blanks(count: number, size: number): number[] {
  return Array<number>(count).fill(size)
}
