/** A small network that has learned to name the attributes of faces, for its activations. @module */
import { fold, type Key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { type FaceAttribute, type Faces, faceAttributes } from '@gen/data/faces'
import { convolution, dense } from '@gen/nn'
import { adam, fit, last, type Trainable } from '@gen/train'
import {
  dispose,
  losses,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  type Variable,
} from '@tensorflow/tfjs-core'
import { input, model, type SymbolicTensor, layers as tfLayers } from '@tensorflow/tfjs-layers'

/** The network's activations. */
export interface FaceNetwork {
  /** Of its convolutions, for images in [0, 1]; differentiable. */
  readonly layers: (images: Tensor) => Tensor4D[]
  dispose(): void
}

/** Options of {@link faceNetwork}. */
export interface FaceNetworkOptions {
  /** Channels of its convolutions. */
  widths: readonly number[]
  /** How long it is trained. */
  seconds: number
  /** Draws its weights and its batches. */
  key: Key
}

type Named = Batch & { truth: Tensor2D }

/** Trains it for a time to name every value of every attribute. */
export async function faceNetwork(people: Faces, { widths, seconds, key }: FaceNetworkOptions): Promise<FaceNetwork> {
  const { classifier, body } = networks(people.shape, widths, key)
  const task: Trainable<Named> = {
    players: [
      {
        name: 'classifier',
        variables: () => classifier.trainableWeights.map((weight) => weight.read() as Variable),
        loss: ({ x, truth }) => ({
          total: losses.sigmoidCrossEntropy(truth, classifier.apply(x, { training: true }) as Tensor2D),
        }),
      },
    ],
  }
  await last(fit(task, named(people), { until: { seconds }, optimizer: adam(), key: fold(key, 11) }))
  return {
    layers: (images) => body.apply(images) as Tensor4D[],
    dispose: () => dispose(classifier.weights.map((weight) => weight.read())),
  }
}

/** Convolutions of stride 2, and one logit for each value of each attribute. */
function networks(shape: readonly number[], widths: readonly number[], key: Key) {
  const x = input({ shape: [...shape] })
  const stages: SymbolicTensor[] = []
  for (const [i, channels] of widths.entries()) {
    const options = { channels, stride: 2, activation: 'relu', gain: Math.SQRT2, key: fold(key, i) } as const
    stages.push(convolution(options).apply(stages.at(-1) ?? x) as SymbolicTensor)
  }
  const flat = tfLayers.flatten().apply(stages.at(-1)!)
  const units = Object.values(faceAttributes).flat().length
  const logits = dense({ units, key: fold(key, 9) }).apply(flat) as SymbolicTensor
  return { classifier: model({ inputs: x, outputs: logits }), body: model({ inputs: x, outputs: stages }) }
}

/** Faces in order, each with a 1 for every value that it has. */
function named(people: Faces): { at(index: number): Named } {
  const size = 32
  const attributes = Object.entries(faceAttributes) as [FaceAttribute, readonly string[]][]
  const valuesOf = (row: number) =>
    attributes.flatMap(([name, values]) => values.map((_, i) => Number(people.attributes[name][row] === i)))
  return {
    at: (index) => {
      const rows = Array.from({ length: size }, (_, i) => (index * size + i) % people.size)
      return { x: people.take(rows).x, truth: tensor2d(rows.map(valuesOf)) }
    },
  }
}
