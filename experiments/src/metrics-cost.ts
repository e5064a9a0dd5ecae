/** What all metrics cost on 10,000 feature vectors of 64 numbers: time each, and the peak memory of the process. @module */
import { fold, type Key, key, normalArray } from '@gen/backend'
import {
  closestPairs,
  fid,
  inceptionScore,
  kid,
  laplacian,
  type Matrix,
  medianDistance,
  mmd,
  modeCoverage,
  prdc,
  ringModes,
  slicedWasserstein,
  supportSize,
  transportLimit,
  wassersteinDistance,
} from '@gen/metrics'
import type { Experiment, Row, RowContext } from './experiment.ts'

const [rows, columns, classes] = [10_000, 64, 10]

/** The goal: all of them in a minute and 2 GiB, on 2 cores. */
export const metricsCost: Experiment = {
  name: 'metrics-cost',
  description: 'time and peak memory of every metric on 10,000 × 64 vectors',
  minutes: 1,
  rows: { all: async (context) => measure(context) },
}

function measure({ seed, progress }: RowContext): Row {
  const start = performance.now()
  const each: Record<string, { seconds: number; cpuSeconds: number; value: number }> = {}
  for (const [name, run] of Object.entries(work(key(seed)))) {
    progress(name)
    const [wall, cpu] = [performance.now(), process.cpuUsage()]
    const { value } = run()
    const { user, system } = process.cpuUsage(cpu)
    each[name] = { seconds: (performance.now() - wall) / 1000, cpuSeconds: (user + system) / 1e6, value }
  }
  const totalSeconds = (performance.now() - start) / 1000
  // Of the whole process: Node, TensorFlow.js and the data too.
  const peakMebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  const goal = { seconds: 60, mebibytes: 2048, reached: totalSeconds < 60 && peakMebibytes < 2048 }
  return { vectors: [rows, columns], totalSeconds, peakMebibytes, goal, each }
}

/** Every metric on vectors, with its defaults where it has them. */
function work(seed: Key): Readonly<Record<string, () => { value: number }>> {
  const real = features(fold(seed, 0), 0)
  const fake = features(fold(seed, 1), 0.05)
  const few = transportLimit / 2
  const points: Matrix = { rows, columns: 2, data: normalArray(fold(seed, 2), rows, 2) }
  const probabilities = softmaxOf(real)
  return {
    fid: () => fid(real, fake),
    'fid diagonal': () => fid(real, fake, { diagonal: true }),
    kid: () => kid(real, fake, { key: key(0) }),
    prdc: () => prdc(real, fake).coverage,
    'mmd rbf': () => mmd(real, fake),
    'mmd laplacian': () => {
      const bandwidth = medianDistance(real, fake, { distance: 'manhattan' })
      return mmd(real, fake, { kernel: laplacian({ bandwidth }) })
    },
    'sliced wasserstein': () => slicedWasserstein(real, fake, { key: key(0) }),
    [`wasserstein of ${few}`]: () => wassersteinDistance(firstRows(real, few), firstRows(fake, few)),
    'inception score': () => inceptionScore(probabilities),
    'support size': () => supportSize(real, { threshold: 1 }),
    'closest pairs': () => ({ value: closestPairs(real)[0]?.distance ?? Number.NaN }),
    'mode coverage': () => modeCoverage(points, ringModes(), { deviation: 0.2 }),
  }
}

/** Normal numbers whose deviation grows over the columns, so that the covariance is no multiple of the identity. */
function features(k: Key, shift: number): Matrix {
  const data = normalArray(k, rows, columns).map((value, at) => value * (1 + (at % columns) / columns) + shift)
  return { rows, columns, data }
}

function firstRows({ data }: Matrix, count: number): Matrix {
  return { rows: count, columns, data: data.subarray(0, count * columns) }
}

function softmaxOf({ data }: Matrix): Matrix {
  const out = new Float64Array(rows * classes)
  for (let i = 0; i < rows; i++) {
    const weights = Array.from(data.subarray(i * columns, i * columns + classes), Math.exp)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    out.set(
      weights.map((weight) => weight / sum),
      i * classes,
    )
  }
  return { rows, columns: classes, data: out }
}
