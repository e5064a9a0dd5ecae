/** DCGAN on digits and faces: FID and coverage against time, with averaged weights and without. @module */
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import { type Dataset, mnist } from '@gen/data'
import { faces } from '@gen/data/faces'
import { dcgan, r1Gan } from '@gen/gan'
import { extractFeatures, type Features, fid, prdc } from '@gen/metrics'
import { loadDigitModel } from '@gen/metrics/digits'
import { adam } from '@gen/train'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { curveCell } from './gan/curve.ts'
import { randomFeatures } from './gan/features.ts'
import { writeSampleSheet } from './gan/sample-sheet.ts'
import { type Mark, trainTimed } from './gan/train-timed.ts'

interface Images {
  readonly data: Dataset
  readonly features: Features
}

const sources: Record<string, (k: Key) => Promise<Images>> = {
  mnist: async () => ({ data: await mnist(), features: (await loadDigitModel()).features }),
  faces: async (k) => ({
    data: await faces({ count: 10_000, size: 32, key: k }),
    features: randomFeatures([32, 32, 3]),
  }),
}

/** Small networks: on one thread a quarter of an hour holds thousands of their steps. */
const settings = { widths: [16, 32, 64], latentSize: 64, batch: 64, beta1: 0.5, ema: 0.998 }
/** R1 lets the game bear a higher rate, and a short one needs it. */
const rates = { dcgan: 1e-3, r1: 3e-3 }

const models = {
  dcgan: (shape: number[], k: Key) => dcgan({ ...settings, shape, key: k }),
  r1: (shape: number[], k: Key) => r1Gan({ ...settings, shape, weight: 1, key: k }),
}

/** Samples and data that are compared. */
const compared = 2000
const marks = 5

/** FID is on the digit classifier's features for digits, on a random convolutional network's for faces. */
export const ganImages: Experiment = {
  name: 'gan-images',
  description: 'DCGAN, with and without R1, on MNIST and on faces of 32 pixels: FID and coverage against time',
  minutes: 15,
  rows: Object.fromEntries(
    Object.keys(sources).flatMap((source) =>
      (Object.keys(models) as (keyof typeof models)[]).map((model) => [
        `${source}-${model}`,
        (context: RowContext) => row(source, model, context),
      ]),
    ),
  ),
  columns: ({ steps, millisecondsPerStep, curve }) => ({
    ...{ steps, 'ms a step': millisecondsPerStep },
    'FID, averaged weights': curveCell(curve, 'ema', 'fid'),
    'FID, weights as they are': curveCell(curve, 'raw', 'fid'),
    'coverage, averaged weights': curveCell(curve, 'ema', 'coverage'),
    'coverage, weights as they are': curveCell(curve, 'raw', 'coverage'),
  }),
}

async function row(source: string, kind: keyof typeof models, context: RowContext): Promise<Row> {
  const name = `${source}-${kind}`
  const learningRate = rates[kind]
  const k = key(context.seed)
  const { data, features } = await sources[source]!(fold(k, 0))
  const model = models[kind](data.shape, fold(k, 1))
  const { x } = data.take(Array.from({ length: compared }, (_, i) => i))
  const real = await extractFeatures(x as Tensor4D, features)
  x.dispose()
  const curve: Row[] = []
  const measure = async ({ weights, minutes, step, last }: Mark) => {
    const samples = (await model.sample({ count: compared, key: fold(k, 2) })) as Tensor4D
    const fake = await extractFeatures(samples, features)
    const { coverage, density } = prdc(real, fake, { neighbors: 5 })
    curve.push({ weights, minutes, step, fid: fid(real, fake).value, coverage: coverage.value, density: density.value })
    samples.dispose()
    if (weights === 'ema' || last)
      await writeSampleSheet(join(context.pictures, `${name}-${weights}.png`), model, fold(k, 3))
  }
  const { beta1, batch, ema } = settings
  const training = await trainTimed(model, data.batches({ size: batch, key: fold(k, 4) }), {
    ...{ minutes: context.minutes, marks, measure, ema, key: fold(k, 5), progress: context.progress },
    optimizer: adam({ learningRate, beta1, beta2: 0.999 }),
  })
  model.dispose()
  return { ...training, curve, compared, features: features.description, settings: { ...settings, learningRate } }
}
