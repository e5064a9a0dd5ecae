/** A small network that names the attributes of faces: its features, its activations and its certainty judge drawn faces. @module */
import { fold, key } from '@gen/backend'
import type { Batch, Dataset } from '@gen/data'
import { type FaceAttribute, type Faces, faceAttributes } from '@gen/data/faces'
import { describeFeatures, type Features } from '@gen/metrics'
import { convolution, dense } from '@gen/nn'
import { adam, fit, last, type Trainable } from '@gen/train'
import {
  addN,
  concat,
  dispose,
  losses,
  mean,
  mul,
  oneHot,
  softmax,
  split,
  square as squared,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import { input, type LayersModel, model, type SymbolicTensor, layers as tfLayers } from '@tensorflow/tfjs-layers'
import { trainedOnce } from '../trained-once.ts'

/** The trained network. */
export interface AttributeNetwork {
  readonly features: Features
  /** Activations of its convolutions, for perceptual distances: of images of any size. */
  layers(images: Tensor4D): Tensor4D[]
  /** Attributes side by side: how many values each has. */
  readonly groups: readonly number[]
  /** Probabilities of the values of each attribute, side by side. */
  classify(images: Tensor4D): Tensor2D
  /** The likeliest value of an attribute for each image, and its probability. */
  name(images: Tensor4D, attribute: FaceAttribute): Named[]
  dispose(): void
}

/** What a face looks like. */
export interface Named {
  readonly label: number
  /** Probability of it. */
  readonly sure: number
}

const attributes = Object.entries(faceAttributes) as [FaceAttribute, readonly string[]][]
const groups = attributes.map(([, values]) => values.length)
const size = 64

/** The labels of each attribute. */
type Labeled = Batch & { truth: Tensor1D[] }

/** How {@link attributeNetwork} is trained. */
interface SchoolingOptions {
  /** @default 1500 */
  steps?: number
  /** Where its weights are kept. @default nowhere */
  path?: string
}

/** Trains the network, always the same one for as many steps: two minutes for 1,500, after which a tenth of the mouths are still unsure. */
export async function attributeNetwork(
  people: Faces,
  { steps = 1500, path }: SchoolingOptions = {},
): Promise<AttributeNetwork> {
  const { classifier, body, stages } = networks(people)
  const logitsOf = (x: Tensor): Tensor2D[] => split(classifier.apply(x) as Tensor2D, [...groups], 1)
  const task: Trainable<Labeled> = {
    players: [
      {
        name: 'classifier',
        variables: () => classifier.trainableWeights.map((weight) => weight.read() as Variable),
        loss: ({ x, truth }) => {
          const logits = logitsOf(x)
          const wanted = truth.map((labels, i) => oneHot(labels, groups[i]!))
          return { total: addN(logits.map((given, i) => losses.softmaxCrossEntropy(wanted[i]!, given))) }
        },
      },
    ],
  }
  const train = async () => {
    await last(fit(task, named(people), { steps, optimizer: adam({ learningRate: 2e-3 }), key: key(41) }))
  }
  await (path === undefined ? train() : trainedOnce(path, task, train))
  const scale = 1 / (await rootMeanSquare(people, body))
  return {
    groups,
    features: describeFeatures((images) => tidy(() => mul(body.predict(images) as Tensor2D, scale)), {
      ...{ name: 'face-attributes-64, of mean square 1', size: 64, resizer: 'none' },
    }),
    layers: (images) => stages.predict(images) as Tensor4D[],
    classify: (images) =>
      tidy(() =>
        concat(
          logitsOf(images).map((logits) => softmax(logits)),
          1,
        ),
      ),
    name: (images, attribute) => {
      const at = attributes.findIndex(([name]) => name === attribute)
      const rows = tidy(() => softmax(logitsOf(images)[at]!).arraySync() as number[][])
      return rows.map((row) => ({ label: row.indexOf(Math.max(...row)), sure: Math.max(...row) }))
    },
    dispose: () => dispose(classifier.weights.map((weight) => weight.read())),
  }
}

/** Of the features of some faces: without it a distance would tell how large the network happens to count. */
async function rootMeanSquare(people: Faces, body: LayersModel): Promise<number> {
  const { x } = people.take(Array.from({ length: 1000 }, (_, i) => i))
  const square = tidy(() => mean(squared(body.predict(x) as Tensor2D)))
  const [value] = await square.data()
  dispose([x, square])
  return Math.sqrt(value!)
}

/** Convolutions of stride 2, 64 features, and one logit for each value of each attribute. */
function networks({ shape }: Dataset) {
  const convolutions = [32, 64, 128].map((channels, i) =>
    convolution({ channels, stride: 2, activation: 'relu', gain: Math.SQRT2, key: fold(key(40), i) }),
  )
  const through = (x: SymbolicTensor) => {
    const stages = [x]
    for (const layer of convolutions) stages.push(layer.apply(stages.at(-1)!) as SymbolicTensor)
    return stages.slice(1)
  }
  const x = input({ shape: [...shape] })
  const flat = tfLayers.flatten().apply(through(x).at(-1)!)
  const features = dense({ units: 64, activation: 'relu', key: fold(key(40), 8) }).apply(flat) as SymbolicTensor
  const units = groups.reduce((a, b) => a + b)
  const logits = dense({ units, key: fold(key(40), 9) }).apply(features) as SymbolicTensor
  const [classifier, body] = [logits, features].map((outputs) => model({ inputs: x, outputs }))
  const anySize = input({ shape: [null, null, shape.at(-1)!] })
  return { classifier: classifier!, body: body!, stages: model({ inputs: anySize, outputs: through(anySize) }) }
}

/** Faces in order, with the labels of each attribute. */
function named(people: Faces): { at(index: number): Labeled } {
  return {
    at: (index) => {
      const rows = Array.from({ length: size }, (_, i) => (index * size + i) % people.size)
      const labels = attributes.map(([name]) => rows.map((row) => people.attributes[name][row]!))
      return { x: people.take(rows).x, truth: labels.map((of) => tensor1d(of, 'int32')) }
    },
  }
}
