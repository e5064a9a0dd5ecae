/** A network that says which attributes a face has. @module */
import { answers } from '@gen/align-latents'
import { fold, key } from '@gen/backend'
import type { Batch } from '@gen/data'
import type { Faces } from '@gen/data/faces'
import type { Measure } from '@gen/latent-tools'
import { convEncoder } from '@gen/nn'
import { adam, fit, type Trainable } from '@gen/train'
import { losses, sigmoid, type Tensor2D, tensor2d, tidy, type Variable } from '@tensorflow/tfjs-core'
import type { Row, RowContext } from '../experiment.ts'

/** A network that says from the image which attributes a face has: what an edit changes is judged in images. */
export async function attributeJudge(train: Faces, test: Faces, context: RowContext): Promise<Judge> {
  const truth = answers(train.attributes)
  const names = Object.keys(truth)
  const network = convEncoder({
    ...{ shape: [32, 32, 3], outputs: names.length, widths: [16, 32, 64] },
    key: fold(key(context.seed), 40),
  })
  const variables = () => network.trainableWeights.map((weight) => weight.read() as Variable)
  type Labeled = Batch & { truth: Tensor2D }
  const model: Trainable<Labeled> = {
    players: [
      {
        name: 'judge',
        variables,
        loss: ({ x, truth: wanted }) => ({
          total: losses.sigmoidCrossEntropy(wanted, network.apply(x) as Tensor2D),
        }),
      },
    ],
  }
  const size = 128
  const batches = {
    at: (index: number): Labeled => {
      const rows = Array.from({ length: size }, (_, i) => (index * size + i) % train.size)
      return { x: train.take(rows).x, truth: tensor2d(rows.map((at) => names.map((name) => truth[name]![at]!))) }
    },
  }
  const steps = Math.max(20, Math.round(300 * context.minutes))
  const optimizer = adam({ learningRate: 2e-3 })
  for await (const event of fit(model, batches, { steps, optimizer, ema: 0.98, key: fold(key(context.seed), 41) })) {
    if (event.type === 'step' && event.step % 10 === 0) context.progress(`judge ${event.step}/${steps}`)
  }
  const measure: Measure = (x) => network.apply(x) as Tensor2D
  return {
    measure,
    accuracy: await judgeAccuracy(measure, test, names),
    dispose: () => network.dispose(),
  }
}

/** The network, and how often it is right on faces it has not seen. */
export interface Judge {
  /** Logits of the attributes. */
  readonly measure: Measure
  readonly accuracy: Row
  dispose(): void
}

async function judgeAccuracy(measure: Measure, test: Faces, names: readonly string[]): Promise<Row> {
  const truth = answers(test.attributes)
  const { x } = test.take(Array.from({ length: 500 }, (_, i) => i))
  const said = tidy(() => sigmoid(measure(x) as Tensor2D))
  const values = await said.array()
  x.dispose()
  said.dispose()
  return Object.fromEntries(
    names.map((name, j) => {
      const right = values.filter((row, i) => row[j]! > 0.5 === (truth[name]![i] === 1))
      return [name, right.length / values.length]
    }),
  )
}
