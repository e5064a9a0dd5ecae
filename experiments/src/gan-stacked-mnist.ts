/** Stacked MNIST: of a thousand modes, how many a GAN finds in half an hour. @module */
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import { stackedMnist } from '@gen/data'
import { type Gan, gan, networkPair } from '@gen/gan'
import { nonSaturating, r1, r2, relativistic } from '@gen/losses'
import { labelCoverage, stackedLabels } from '@gen/metrics'
import { loadDigitModel } from '@gen/metrics/digits'
import { adam } from '@gen/train'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { curveCell } from './gan/curve.ts'
import { writeSampleSheet } from './gan/sample-sheet.ts'
import { type Mark, trainTimed } from './gan/train-timed.ts'

/** Small networks: on one thread half an hour holds thousands of their steps, and few of larger ones. */
const settings = { design: 'dcgan', widths: [16, 32, 64], latentSize: 128, batch: 64, gamma: 0.5, ema: 0.998 } as const

const games = {
  dcgan: { objective: nonSaturating(), penalties: [], optimizer: { learningRate: 1e-3, beta1: 0.5, beta2: 0.999 } },
  'relativistic-r1-r2': {
    objective: relativistic(),
    penalties: [r1({ weight: settings.gamma }), r2({ weight: settings.gamma })],
    optimizer: { learningRate: 2e-3, beta1: 0, beta2: 0.99 },
  },
}

/** Samples that modes are counted in: at the end as many as in PacGAN's paper. */
const counted = { curve: 5000, end: 26_000 }
const marks = 6
/** Samples held at once. */
const part = 500

/** Published, with larger budgets: DCGAN 99 modes, KL 3.40 (PacGAN's paper); relativistic + R1 + R2 1,000 modes. */
export const ganStackedMnist: Experiment = {
  name: 'gan-stacked-mnist',
  description: 'modes of stacked MNIST that DCGAN and relativistic + R1 + R2 find, against time',
  minutes: 30,
  rows: Object.fromEntries(
    (Object.keys(games) as (keyof typeof games)[]).map((name) => [name, (context) => row(name, context)]),
  ),
  columns: ({ modes, reverseKl, steps, millisecondsPerStep, curve }) => ({
    ...{ modes: `${modes} of 1,000`, 'reverse KL': reverseKl, steps, 'ms a step': millisecondsPerStep },
    'modes among 5,000 samples (at the end 26,000), averaged weights': curveCell(curve, 'ema', 'modes'),
    'reverse KL, averaged weights': curveCell(curve, 'ema', 'reverseKl'),
  }),
}

async function row(name: keyof typeof games, context: RowContext): Promise<Row> {
  const k = key(context.seed)
  const data = await stackedMnist({ key: fold(k, 0) })
  const { classify } = await loadDigitModel()
  const { objective, penalties, optimizer } = games[name]
  const { design, widths, latentSize, batch, ema } = settings
  const model = gan({
    ...networkPair(design, { shape: data.shape, widths, latentSize, key: fold(k, 1) }),
    objective,
    penalties,
  })
  const curve: Row[] = []
  const measure = async ({ weights, minutes, step, last }: Mark) => {
    context.progress(`counting modes at ${minutes.toFixed(1)} minutes`)
    const labels = await labelsOf(model, last && weights === 'ema' ? counted.end : counted.curve, fold(k, 2), classify)
    const { value, reverseKl, samples } = labelCoverage(labels, { modes: 1000 })
    curve.push({ weights, minutes, step, modes: value, reverseKl, samples: samples.fake })
    if (weights === 'ema') await writeSampleSheet(join(context.pictures, `${name}.png`), model, fold(k, 3))
  }
  const training = await trainTimed(model, data.batches({ size: batch, key: fold(k, 4) }), {
    ...{ minutes: context.minutes, marks, measure, ema, key: fold(k, 5), progress: context.progress },
    optimizer: adam(optimizer),
  })
  model.dispose()
  const { modes, reverseKl } = curve.at(-1) ?? {}
  return { modes, reverseKl, ...training, curve, settings: { ...settings, ...optimizer } }
}

async function labelsOf(
  model: Gan,
  count: number,
  k: Key,
  classify: Parameters<typeof stackedLabels>[1],
): Promise<number[]> {
  const labels: number[] = []
  for (let from = 0; from < count; from += part) {
    const samples = (await model.sample({ count: Math.min(part, count - from), key: fold(k, from) })) as Tensor4D
    labels.push(...stackedLabels(samples, classify))
    samples.dispose()
  }
  return labels
}
