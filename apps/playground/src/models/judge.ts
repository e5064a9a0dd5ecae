/** A network that answers the questions from a picture: what an edit changes is judged in pictures, not in codes. @module */
import { key } from '@gen/backend'
import { convEncoder } from '@gen/nn'
import type { Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core'
import { questions } from './questions.ts'

/** A judge with fresh weights. */
export interface Judge {
  variables(): Variable[]
  /** Logits of yes for each question, `[n, questions]`. */
  judge(images: Tensor4D): Tensor2D
  dispose(): void
}

/** Small: faces are drawn by rules, and 32 pixels wide. */
export function faceJudge(): Judge {
  const network = convEncoder({ shape: [32, 32, 3], outputs: questions.length, widths: [12, 24, 48], key: key(40) })
  return {
    variables: () => network.trainableWeights.map((weight) => weight.read() as Variable),
    judge: (images) => network.apply(images) as Tensor2D,
    dispose: () => network.dispose(),
  }
}
