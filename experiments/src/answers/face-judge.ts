/** A network that names skin, hair color and mouth of a face, with probabilities. @module */
import { fold, key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { type FaceAttribute, type Faces, faceAttributes } from '@gen/data/faces'
import { convEncoder } from '@gen/nn'
import { adam, fit, last, type Trainable } from '@gen/train'
import {
  addN,
  losses,
  oneHot,
  type Scalar,
  slice,
  softmax,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'

/** What is named. */
export const judged: readonly Judged[] = ['skin', 'hairColor', 'mouth']
type Judged = Extract<FaceAttribute, 'skin' | 'hairColor' | 'mouth'>

/** What a face looks like. */
export interface Named {
  readonly label: number
  /** Probability of it. */
  readonly sure: number
}

/** Names faces. */
export interface FaceJudge {
  name(images: Tensor): Promise<Record<Judged, Named[]>>
  dispose(): void
}

const sizes = judged.map((attribute) => faceAttributes[attribute].length)
const settings = { widths: [16, 32, 64], batch: 64, steps: 200 }

/** Trains the network to name the values of each attribute. */
export async function faceJudge(people: Faces, seed: number): Promise<FaceJudge> {
  const { widths, batch, steps } = settings
  const k = fold(key(seed), 50)
  const outputs = sizes.reduce((total, size) => total + size, 0)
  const network = convEncoder({ shape: people.shape, outputs, widths, key: k })
  const read = (images: Tensor) => parts(network.apply(images) as Tensor2D)
  const model: Trainable<Batch & { rows: readonly number[] }> = {
    players: [
      {
        name: 'judge',
        variables: () => network.trainableWeights.map((weight) => weight.read() as Variable),
        loss: ({ x, rows }) => ({
          total: addN(
            read(x).map((logits, i) => {
              const truth = tensor1d(
                rows.map((row) => people.attributes[judged[i]!][row]!),
                'int32',
              )
              return losses.softmaxCrossEntropy(oneHot(truth, sizes[i]!, 1, 0, 'float32'), logits)
            }),
          ) as Scalar,
        }),
      },
    ],
  }
  const batches = {
    at: (index: number) => {
      const rows = Array.from({ length: batch }, (_, i) => (index * batch + i) % people.size)
      return { x: people.take(rows).x, rows }
    },
  }
  await last(fit(model, batches, { steps, optimizer: adam({ learningRate: 2e-3 }), ema: 0.98, key: fold(k, 1) }))
  return {
    name: async (images) => {
      const probabilities = tidy(() => read(images).map((logits) => softmax(logits)))
      const rows = probabilities.map((table) => table.arraySync() as number[][])
      for (const table of probabilities) table.dispose()
      const named = rows.map((table) =>
        table.map((row) => ({ label: row.indexOf(Math.max(...row)), sure: Math.max(...row) })),
      )
      return Object.fromEntries(judged.map((attribute, i) => [attribute, named[i]!])) as Record<Judged, Named[]>
    },
    dispose: () => network.dispose(),
  }
}

/** The logits of each attribute. */
function parts(logits: Tensor2D): Tensor2D[] {
  let start = 0
  return sizes.map((size) => {
    const part = slice(logits, [0, start], [-1, size]) as Tensor2D
    start += size
    return part
  })
}
