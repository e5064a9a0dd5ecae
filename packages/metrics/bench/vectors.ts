/**
 * Time and peak memory of every metric on feature vectors: `node --import tsx --conditions=@gen/source bench/vectors.ts
 * [rows] [columns]` in this folder; 10,000 × 64 by default.
 *
 * @module
 */
import { key, normalArray } from '@gen/backend'
import {
  closestPairs,
  fid,
  inceptionScore,
  kid,
  laplacian,
  type Matrix,
  matrix,
  medianDistance,
  mmd,
  modeCoverage,
  prdc,
  ringModes,
  slicedWasserstein,
  supportSize,
  wasserstein,
} from '../src/index.ts'

const rows = Number(process.argv[2] ?? 10_000)
const columns = Number(process.argv[3] ?? 64)
const print = (text: string) => process.stdout.write(`${text}\n`)

function features(seed: number, shift: number): Matrix {
  const data = normalArray(key(seed), rows, columns).map((value, at) => value * (1 + (at % columns) / columns) + shift)
  return { rows, columns, data }
}

function firstRows({ columns, data }: Matrix, count: number): Matrix {
  return { rows: count, columns, data: data.subarray(0, count * columns) }
}

function probabilities({ columns, data }: Matrix): Matrix {
  return matrix(
    Array.from({ length: rows }, (_, i) => {
      const weights = Array.from(data.subarray(i * columns, i * columns + 10), Math.exp)
      const sum = weights.reduce((total, weight) => total + weight, 0)
      return weights.map((weight) => weight / sum)
    }),
  )
}

const real = features(1, 0)
const fake = features(2, 0.05)
const few = Math.min(rows, 1000)
const classes = probabilities(real)
const points: Matrix = { rows, columns: 2, data: normalArray(key(3), rows, 2) }

const work: Record<string, () => { value: number }> = {
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
  [`wasserstein of ${few}`]: () => wasserstein(firstRows(real, few), firstRows(fake, few)),
  'inception score': () => inceptionScore(classes),
  'support size': () => supportSize(real, { threshold: 1 }),
  'closest pairs': () => ({ value: closestPairs(real)[0]!.distance }),
  'mode coverage': () => modeCoverage(points, ringModes(), { deviation: 0.2 }),
}

print(`${rows} × ${columns}, node ${process.version}`)
print('                          wall      cpu   value')
const total = { wall: 0, cpu: 0 }
for (const [name, run] of Object.entries(work)) {
  const wallStart = performance.now()
  const cpuStart = process.cpuUsage()
  const { value } = run()
  const { user, system } = process.cpuUsage(cpuStart)
  const [wall, cpu] = [(performance.now() - wallStart) / 1000, (user + system) / 1e6]
  total.wall += wall
  total.cpu += cpu
  print(line(name, wall, cpu, value.toPrecision(6)))
}
print(line('all', total.wall, total.cpu, ''))
print(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)

function line(name: string, wall: number, cpu: number, value: string): string {
  return `${name.padEnd(22)} ${wall.toFixed(2).padStart(6)} s ${cpu.toFixed(2).padStart(6)} s   ${value}`.trimEnd()
}
