/** Flows on a real table beside zuko's: the same splits, sizes, training and early stopping. @module */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fold, key, permutation, uniformArray } from '@gen/backend'
import { pointDataset } from '@gen/data'
import { denseNetwork, type Flow, maf, nsf, nsfAutoregressive } from '@gen/flows'
import { decodeNpz, type RawTensor, toArray } from '@gen/io'
import { fitGaussianMixture } from '@gen/priors'
import { readWeights, writeWeights } from '@gen/train'
import { tensor2d } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { momentsOf, negativeLogLikelihood, npy } from './flows/points.ts'
import { trainFor } from './flows/train-for.ts'
import { runPeer } from './peer.ts'

/** Seven measurements of 53,840 diamonds, as whole numbers of their smallest step; made by data/make.py. */
const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'data', 'diamonds.npz')

const settings = { layers: 5, hidden: [64, 64], bins: 8, batch: 512, rate: 2e-3, clipNorm: 5, checkEvery: 100 }
const { layers, hidden, bins } = settings
const seeds = 3

type Model = (size: number, seed: number) => Flow

const models: Readonly<Record<string, Model>> = {
  maf: (size, seed) => maf(size, { layers, hidden, key: key(seed) }),
  nsf: (size, seed) => nsf(size, { layers, bins, network: denseNetwork({ hidden }), key: key(seed) }),
  'nsf-autoregressive': (size, seed) => nsfAutoregressive(size, { layers, bins, hidden, key: key(seed) }),
}

/** Test NLL of standardized rows in nats, the mean over the splits. */
export const flowsTabular: Experiment = {
  name: 'flows-tabular',
  description: 'diamonds (53,840 × 7): MAF and spline flows, with zuko on the same splits',
  minutes: 1,
  rows: {
    gaussian: (context) => gaussianRow(context),
    ...Object.fromEntries(Object.keys(models).map((name) => [name, (context: RowContext) => row(name, context)])),
  },
}

interface Split {
  readonly seed: number
  readonly width: number
  readonly train: Float32Array
  readonly validation: Float32Array
  readonly test: Float32Array
}

/** 70 % to train, 10 % to choose the weights by, 20 % to test; logarithms of dequantized numbers, standardized. */
function splitsOf(firstSeed: number): Split[] {
  const { x } = decodeNpz(readFileSync(file))
  const { shape } = x as RawTensor
  const [count = 0, width = 0] = shape
  const whole = toArray(x as RawTensor) as Uint16Array
  return Array.from({ length: seeds }, (_, i) => {
    const seed = firstSeed + i
    const noise = uniformArray(fold(key(seed), 0), count, width)
    const logs = Float32Array.from(whole, (value, j) => Math.log(value + noise[j]!))
    const order = permutation(key(seed), count)
    const rows = (from: number, until: number) => {
      const chosen = order.slice(Math.round(from * count), Math.round(until * count))
      return Float32Array.from({ length: chosen.length * width }, (_, j) => {
        return logs[chosen[Math.floor(j / width)]! * width + (j % width)]!
      })
    }
    const { means, deviations } = momentsOf(rows(0, 0.7), width)
    const standardized = (from: number, until: number) =>
      rows(from, until).map((value, j) => (value - means[j % width]!) / deviations[j % width]!)
    return {
      seed,
      width,
      train: standardized(0, 0.7),
      validation: standardized(0.7, 0.8),
      test: standardized(0.8, 1),
    }
  })
}

async function row(name: string, { seed, minutes, scratch, progress }: RowContext): Promise<Row> {
  const splits = splitsOf(seed)
  const runs = []
  for (const split of splits) runs.push(await run(models[name]!, split, minutes, progress))
  const files = splits.map(({ width, seed: own, ...parts }) => ({
    seed: own,
    ...Object.fromEntries(
      Object.entries(parts).map(([part, values]) => {
        const path = join(scratch, `${own}-${part}.npy`)
        writeFileSync(path, npy(values, width))
        return [part, path]
      }),
    ),
  }))
  const request = { ...settings, model: name, seconds: 60 * minutes, splits: files }
  const zuko = await runPeer('zuko_tabular.py', request, progress)
  const theirs = zuko.runs as typeof runs | undefined
  return { ...summary(runs), zuko: theirs ? { ...zuko, ...summary(theirs) } : zuko, runs, settings }
}

async function run(make: Model, split: Split, minutes: number, progress: RowContext['progress']) {
  const { seed, width, train, validation, test } = split
  const model = make(width, seed)
  const data = pointDataset({ points: train, shape: [width] }).batches({
    size: settings.batch,
    key: fold(key(seed), 1),
  })
  const nll = (rows: Float32Array) => negativeLogLikelihood(rows, width, (x) => model.logProb(x))
  let best = { nll: nll(validation), step: 0, weights: await readWeights(model) }
  const { millisecondsPerStep } = await trainFor(model, data, {
    ...settings,
    seconds: 60 * minutes,
    key: fold(key(seed), 2),
    onStep: async (step, { total = Number.NaN }) => {
      if (step % settings.checkEvery === 0) {
        const value = nll(validation)
        if (value < best.nll) best = { nll: value, step, weights: await readWeights(model) }
        progress(`seed ${seed}, step ${step}, loss ${total.toFixed(2)}, validation ${value.toFixed(2)}`)
      }
    },
  })
  writeWeights(model, best.weights)
  const testNll = nll(test)
  const parameters = model.variables().reduce((sum, { size }) => sum + size, 0)
  model.dispose()
  return { seed, testNll, validationNll: best.nll, bestStep: best.step, millisecondsPerStep, parameters }
}

/** What a single normal distribution with full covariance reaches. */
async function gaussianRow({ seed }: RowContext): Promise<Row> {
  const runs = []
  for (const { seed: own, width, train, test } of splitsOf(seed)) {
    const rows = tensor2d(train, [train.length / width, width])
    const normal = await fitGaussianMixture(rows, { components: 1, key: key(own) })
    rows.dispose()
    runs.push({ seed: own, testNll: negativeLogLikelihood(test, width, (x) => normal.logProb(x)) })
  }
  return { ...summary(runs), runs }
}

/** Mean over the splits, with the standard error that is theirs and the training's. */
function summary(runs: readonly { testNll: number; millisecondsPerStep?: number }[]): Row {
  const average = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  const losses = runs.map(({ testNll }) => testNll)
  const testNll = average(losses)
  const variance = losses.reduce((sum, loss) => sum + (loss - testNll) ** 2, 0) / (losses.length - 1)
  const times = runs.flatMap(({ millisecondsPerStep }) => millisecondsPerStep ?? [])
  return {
    testNll,
    standardError: Math.sqrt(variance / losses.length),
    ...(times.length > 0 && { millisecondsPerStep: average(times) }),
  }
}
