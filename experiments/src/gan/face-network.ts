/** A small network that has learned to name an attribute of faces, for its activations. @module */
import { fold, type Key } from '@gen/backend'
import type { Batch, Dataset } from '@gen/data'
import { convolution, dense } from '@gen/nn'
import { adam, fit, type Trainable } from '@gen/train'
import {
  dispose,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core'
import { input, model, type SymbolicTensor, layers as tfLayers } from '@tensorflow/tfjs-layers'

/** The network's activations. */
export interface FaceNetwork {
  /** Of its three convolutions, for images in [0, 1]; differentiable. */
  readonly layers: (images: Tensor) => Tensor4D[]
  dispose(): void
}

const widths = [16, 32, 48]

/** Trains it for a time. */
export async function faceNetwork(
  people: Dataset,
  { seconds, key }: { seconds: number; key: Key },
): Promise<FaceNetwork> {
  const x = input({ shape: [...people.shape] })
  const stages: SymbolicTensor[] = []
  for (const [i, channels] of widths.entries()) {
    const options = { channels, stride: 2, activation: 'relu', gain: Math.SQRT2, key: fold(key, i) } as const
    stages.push(convolution(options).apply(stages.at(-1) ?? x) as SymbolicTensor)
  }
  const flat = tfLayers.flatten().apply(stages.at(-1)!)
  const classes = people.classes ?? 0
  const logits = dense({ units: classes, key: fold(key, 9) }).apply(flat) as SymbolicTensor
  const classifier = model({ inputs: x, outputs: logits })
  const body = model({ inputs: x, outputs: stages })
  const task: Trainable<Batch> = {
    players: [
      {
        name: 'classifier',
        variables: () => classifier.trainableWeights.map((weight) => weight.read() as Variable),
        loss: ({ x: images, labels }) => {
          const log = logSoftmax(classifier.apply(images, { training: true }) as Tensor4D)
          return { total: neg(mean(sum(mul(log, oneHot(labels as Tensor1D, classes)), 1))) as Scalar }
        },
      },
    ],
  }
  const start = performance.now()
  const batches = people.batches({ size: 32, key: fold(key, 10) })
  for await (const event of fit(task, batches, { steps: 1e9, optimizer: adam(), key: fold(key, 11) })) {
    if (event.type === 'step' && performance.now() - start > 1000 * seconds) break
  }
  return {
    layers: (images) => body.apply(images) as Tensor4D[],
    dispose: () => dispose(classifier.weights.map((weight) => weight.read())),
  }
}
