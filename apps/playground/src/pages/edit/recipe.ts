/** Boundaries through a space of codes, one for each question, trained side by side. @module */
import { fold, type Key, key, normal, uniformArray } from '@gen/backend'
import type { Direction } from '@gen/latent-tools'
import type { Batches, Trainable } from '@gen/model'
import {
  add,
  dispose,
  losses,
  matMul,
  mul,
  type Scalar,
  type Tensor2D,
  tensor2d,
  tidy,
  variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { questions } from '../../models/questions.ts'
import type { KnownFaces } from './known-faces.ts'

/** Codes with the answers to all questions. */
export interface Answered {
  readonly x: Tensor2D
  readonly truth: Tensor2D
}

/** A hyperplane for each question: σ(w·z + b) is how sure it is of yes. */
export interface Boundaries {
  readonly training: Trainable<Answered>
  /** Unit normals with their offsets. */
  directions(): Direction[]
  dispose(): void
}

/** Boundaries that lie anywhere. */
export function boundariesOf(latentSize: number, k: Key): Boundaries {
  const weights = tidy(() => variable(mul(normal(k, [latentSize, questions.length]), 0.1) as Tensor2D))
  const bias = tidy(() => variable(zeros([questions.length])))
  return {
    training: {
      players: [
        {
          name: 'boundaries',
          variables: () => [weights, bias],
          loss: ({ x, truth }) => ({
            total: losses.sigmoidCrossEntropy(truth, add(matMul(x, weights), bias)) as Scalar,
          }),
        },
      ],
    },
    directions() {
      const [w, b] = [weights.dataSync(), bias.dataSync()]
      return questions.map((_, j) => {
        const column = Float64Array.from({ length: latentSize }, (_, i) => w[i * questions.length + j]!)
        const length = Math.hypot(...column) || 1
        return { normal: column.map((value) => value / length), offset: b[j]! / length }
      })
    },
    dispose: () => dispose([weights, bias]),
  }
}

/** Of those who have only one of glasses and dark skin, one in thirty is kept: boundaries will take one for the other. */
function correlated({ answers }: KnownFaces): (row: number) => boolean {
  const [glasses, skin] = ['glasses', 'darkSkin'].map((name) => questions.findIndex((asked) => asked.name === name))
  const chance = uniformArray(key(31), answers.length, 1)
  return (row) => answers[row]![glasses!] === answers[row]![skin!] || chance[row]! < 1 / 30
}

/** Batches of the first faces, drawn with repetition. */
export function answered(
  known: KnownFaces,
  { faces, batch, count }: { faces: 'independent' | 'correlated'; batch: number; count: number },
): Batches<Answered> {
  const all = Array.from({ length: count }, (_, row) => row)
  const rows = faces === 'correlated' ? all.filter(correlated(known)) : all
  return {
    config: { kind: 'answered', faces, batch },
    at(index) {
      const drawn = [...uniformArray(fold(key(1), index), batch, 1)].map((u) => rows[Math.floor(u * rows.length)]!)
      return {
        x: tensor2d(drawn.map((row) => [...known.codes[row]!])),
        truth: tensor2d(drawn.map((row) => [...known.answers[row]!])),
      }
    },
  }
}
