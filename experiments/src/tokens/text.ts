/** The novel as tokens, in parts to learn from and to judge by. @module */
import { type Dataset, mobyDick, tokenDataset } from '@gen/data'
import { characters, type Vocabulary } from '@gen/tokens'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** Characters in a sequence. */
export const length = 64

/** The novel. */
export interface Novel {
  readonly letters: Vocabulary
  readonly train: Int32Array
  /** Sequences of all places in the chapters to learn from. */
  readonly sequences: Dataset
  /** So many held-out sequences that do not overlap, evenly over the held-out chapters. */
  held(count: number): { x: Tensor2D; rows: Int32Array[] }
  /** All words of the novel, with which "a real word" is meant. */
  readonly words: ReadonlySet<string>
}

/** Loads the novel. */
export async function novel(): Promise<Novel> {
  const letters = characters()
  const [train, test] = [letters.encode(await mobyDick()), letters.encode(await mobyDick({ split: 'test' }))]
  const held = tokenDataset({ tokens: test, length, stride: length })
  return {
    letters,
    train,
    sequences: tokenDataset({ tokens: train, length }),
    held: (count) => {
      const places = Array.from({ length: count }, (_, i) => Math.floor((i * held.size) / count))
      const rows = places.map((place) => test.slice(place * length, (place + 1) * length))
      return { x: held.take(places).x as Tensor2D, rows }
    },
    words: new Set([train, test].flatMap((part) => letters.decode(part).match(/[a-z]+/g) ?? [])),
  }
}
