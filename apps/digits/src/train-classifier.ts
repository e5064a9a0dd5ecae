/**
 * Trains the digit classifier whose features and probabilities score generated digits, and writes its weights to
 * `packages/metrics/weights/digits.safetensors`: `pnpm --filter @gen/digits classifier`. Seed 0, 5 epochs, digits shifted by
 * up to two pixels; the accuracy on the 10,000 test digits goes into the file's metadata.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fold, key, randintArray, useBackend } from '@gen/backend'
import { type Batch, mnist } from '@gen/data'
import { digitModel, digitNetwork, encodeDigitNetwork } from '@gen/metrics'
import { adamW, type Batches, cosineDecay, fit, type Losses, type Trainable } from '@gen/train'
import {
  argMax,
  losses,
  oneHot,
  pad,
  slice,
  stack,
  type Tensor3D,
  type Tensor4D,
  tidy,
  unstack,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

const seed = 0
const epochs = 5
const size = 128
const target = fileURLToPath(new URL('../../../packages/metrics/weights/digits.safetensors', import.meta.url))

/** Moves each digit by up to two pixels in both directions: the digits of other hands, for a network that sees 60,000. */
function shifted(batches: Batches<Batch>): Batches<Batch> {
  return {
    at: async (index) => {
      const { x, labels } = await batches.at(index)
      const moves = randintArray(fold(key(seed + 1), index), x.shape[0] ?? 0, 2, { max: 5 })
      const moved = tidy(() => {
        const framed = unstack(
          pad(x as Tensor4D, [
            [0, 0],
            [2, 2],
            [2, 2],
            [0, 0],
          ]),
        ) as Tensor3D[]
        return stack(framed.map((image, i) => slice(image, [moves[2 * i]!, moves[2 * i + 1]!, 0], [28, 28, 1])))
      })
      x.dispose()
      return labels ? { x: moved, labels } : { x: moved }
    },
  }
}

function classifier(network: LayersModel): Trainable<Batch> {
  const variables = () => network.trainableWeights.map((weight) => weight.read() as Variable)
  const loss = ({ x, labels }: Batch): Losses => {
    const logits = network.apply(x) as Tensor4D
    return { total: losses.softmaxCrossEntropy(oneHot(labels!, 10), logits) }
  }
  return { players: [{ name: 'classifier', variables, loss }] }
}

await useBackend()
const network = digitNetwork(key(seed))
const digits = await mnist()
const steps = Math.floor((epochs * digits.size) / size)
const optimizer = adamW({ learningRate: cosineDecay({ from: 2e-3, steps }), weightDecay: 1e-3 })
const batches = shifted(digits.batches({ size, key: key(seed) }))
for await (const event of fit(classifier(network), batches, { steps, optimizer, ema: 0.998, key: key(seed) })) {
  if (event.type !== 'step' || event.step % 200 > 0) continue
  const { total = Number.NaN } = event.losses.classifier ?? {}
  console.log(`step ${event.step}/${steps}  loss ${total.toFixed(4)}  ${event.secondsLeft.toFixed(0)} s left`)
}

const test = await mnist({ split: 'test' })
const { classify } = digitModel(network)
let right = 0
for (let start = 0; start < test.size; start += 500) {
  const { x, labels } = test.take(Array.from({ length: 500 }, (_, i) => start + i))
  const named = tidy(() => argMax(classify(x as Tensor4D), 1).dataSync())
  const truth = await labels!.data<'int32'>()
  right += truth.reduce((sum, label, i) => sum + Number(label === named[i]), 0)
  x.dispose()
  labels!.dispose()
}
const accuracy = right / test.size
console.log(`${right} of ${test.size} test digits are named right`)
await mkdir(dirname(target), { recursive: true })
await writeFile(
  target,
  encodeDigitNetwork(network, { seed: String(seed), epochs: String(epochs), accuracy: String(accuracy) }),
)
console.log(target)
