/** From left to right: autoregressive models. @module */
import { concat, fill, neg, slice, sum, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core'
import type { TokenNetwork } from '../networks/network.ts'
import { crossEntropy } from './cross-entropy.ts'
import type { TokenProcess } from './process.ts'

/**
 * Each token given those before it, `log p(x) = Σᵢ log p(xᵢ | x₁ … xᵢ₋₁)`, exactly: the network is causal, and sees the
 * sequence moved by one place behind a start. Only what stands at the end can be filled in.
 *
 * @see Generating sequences with recurrent neural networks (Graves, 2013) https://arxiv.org/abs/1308.0850
 * @see Language models are unsupervised multitask learners (Radford et al., 2019) https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf
 * @example
 * const network = tokenTransformer({ size: 26, length: 6, causal: true })
 * const model = tokens({ network, process: leftToRight() })
 */
export function leftToRight(): TokenProcess {
  const nats = (network: TokenNetwork, x: Tensor2D) => sum(crossEntropy(predict(network, x), x), 1) as Tensor1D
  return {
    kind: 'leftToRight',
    causal: true,
    config: { kind: 'leftToRight' },
    predict,
    loss: nats,
    logProb: (network, x) => neg(nats(network, x)),
    orders: ({ blanks, rows }) => Array.from({ length: rows }, () => blanks),
    parallel: false,
  }
}

/** The logits at place i follow from the canvas before i. */
function predict(network: TokenNetwork, canvas: Tensor2D): Tensor3D {
  const [rows, length] = canvas.shape
  const start = fill([rows, 1], network.outputShape[1]!, 'int32') as Tensor2D
  const moved = concat([start, slice(canvas, [0, 0], [rows, length - 1])], 1)
  return network.apply(moved) as Tensor3D
}
