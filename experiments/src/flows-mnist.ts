/** Flows over MNIST: bits per dimension of the test digits against minutes of training. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import { type Dataset, mnist } from '@gen/data'
import type { ImageFlow } from '@gen/flows'
import { encodePng, grid } from '@gen/io'
import { type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { multi, simple } from './flows/mnist-models.ts'
import { trainFor } from './flows/train-for.ts'

const settings = { batch: 64, rate: 2e-3, clipNorm: 100, ema: 0.998, sampleEvery: 20 }

/** Minutes, for a training of 20, at which the curve has a point. */
const marks = [0.5, 1, 2, 3, 5, 7.5, 10, 12.5, 15, 17.5]
const curveImages = 2000

/** Published for models of this kind, trained for hours on a GPU: UvA deep learning tutorial 11. */
const published = {
  simple: { bitsPerDim: 1.078, parameters: 556_000 },
  multiscale: { bitsPerDim: 1.02, parameters: 1_710_000, withoutScales: 1.043 },
}

export const flowsMnist: Experiment = {
  name: 'flows-mnist',
  description:
    'MNIST, bits per dimension of the test digits: simple couplings; multiscale with variational dequantization',
  minutes: 20,
  rows: {
    simple: async (context) => ({ ...(await row('simple', simple, context)), published: published.simple }),
    multiscale: async (context) => ({ ...(await row('multiscale', multi, context)), published: published.multiscale }),
  },
}

interface Point {
  readonly minutes: number
  readonly step: number
  readonly bitsPerDim: number
}

async function row(name: string, make: (k: Key) => { model: ImageFlow }, context: RowContext): Promise<Row> {
  const { minutes, pictures, progress } = context
  const seed = key(context.seed)
  const [train, test] = [await mnist(), await mnist({ split: 'test' })]
  const { model } = make(fold(seed, 0))
  const batches = train.batches({ size: settings.batch, key: fold(seed, 1) })
  initialize(model, train, fold(seed, 2))
  const curve: Point[] = []
  const left = marks.map((mark) => mark / 20)
  const trained = await trainFor(model, batches, {
    ...settings,
    seconds: 60 * minutes,
    key: fold(seed, 3),
    onStep: (step, { bitsPerDim = Number.NaN }, share) =>
      progress(`step ${step}, ${bitsPerDim.toFixed(3)} bits/dim, ${(100 * share).toFixed(0)} %`),
    onSample: async (step, share) => {
      if (share < (left[0] ?? 1)) return
      while (share >= (left[0] ?? 1)) left.shift()
      curve.push({ minutes: share * minutes, step, bitsPerDim: bitsOf(model, test, curveImages, 1) })
      save(pictures, name, model, fold(seed, 4))
    },
  })
  save(pictures, name, model, fold(seed, 4))
  const bitsPerDim = bitsOf(model, test, test.size, 1)
  const importanceWeighted = { images: curveImages, draws: 4, bitsPerDim: bitsOf(model, test, curveImages, 4) }
  const parameters = model.variables().reduce((sum, { size }) => sum + size, 0)
  for (const variable of model.variables()) variable.dispose()
  return { bitsPerDim, importanceWeighted, curve, curveImages, ...trained, parameters, settings }
}

function initialize(model: ImageFlow, train: Dataset, k: Key): void {
  tidy(() => {
    const { x } = train.batches({ size: 256, key: k }).at(0)
    model.initialize(x as Tensor4D, k)
  })
}

/** Over the first images of the test set, with fixed noise. */
function bitsOf(model: ImageFlow, test: Dataset, count: number, samples: number): number {
  const size = 100
  const batches = test.batches({ size })
  let total = 0
  for (let i = 0; i < count / size; i++) {
    const bits = tidy(() => model.bitsPerDim(batches.at(i).x as Tensor4D, { key: fold(key(1), i), samples }).dataSync())
    for (const value of bits) total += value
  }
  return total / count
}

/** Always the same noise; the second sheet is drawn from a narrower base. */
function save(pictures: string, name: string, model: ImageFlow, k: Key): void {
  for (const temperature of [1, 0.8]) {
    const sheet = tidy(() => encodePng(grid(model.sample(64, k, { temperature }), { columns: 16 })))
    writeFileSync(join(pictures, `${name}-temperature-${temperature}.png`), sheet)
  }
}
