/** A network that answers with one picture: trained by the squared error, with the mean of all that may be right. @module */
import { key } from '@gen/backend'
import { unet } from '@gen/unet'
import { add, fill, type Tensor4D, tidy, type Variable } from '@tensorflow/tfjs-core'
import { toldChannels } from './question.ts'
import { pixels } from './view.ts'

/** One answer for each question. */
export interface MeanAnswer {
  variables(): Variable[]
  /** Pictures `[n, 32, 32, 3]` for what is told of them, `[n, 32, 32, 6]`. */
  answer(context: Tensor4D): Tensor4D
  dispose(): void
}

/** A U-Net with fresh weights; its noise level is always the same, for there is no noise. */
export function meanAnswer(): MeanAnswer {
  const network = unet({
    shape: [pixels, pixels, toldChannels],
    widths: [16, 32, 64],
    depth: 1,
    outputChannels: 3,
    embedding: 'concat',
    key: key(60),
  })
  return {
    variables: () => network.trainableWeights.map((weight) => weight.read() as Variable),
    answer: (context) => tidy(() => add(network.apply([context, fill([context.shape[0], 1], 0.5)]) as Tensor4D, 0.5)),
    dispose: () => network.dispose(),
  }
}
