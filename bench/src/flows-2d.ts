/**
 * The spline flow on toys whose density is known: test NLL beside the truth, and time per step.
 *
 *     node --import tsx --conditions=@gen/source bench/src/flows-2d.ts --backend simd --seconds 120
 *
 * Writes bench/results/flows-2d.json, and the points under runs/flows-2d/, which bench/peers/zuko_2d.py reads.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BackendName, fold, key, useBackend } from '@gen/backend'
import { pointDataset, type Toy, type ToyName, toy } from '@gen/data'
import { affine, denseNetwork, type Flow, flow, nsf } from '@gen/flows'
import { encodeNpy } from '@gen/io'
import { adam, cosine, fit } from '@gen/train'
import { type Tensor1D, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'simd' },
    seconds: { type: 'string', default: '120' },
    toys: { type: 'string', default: 'moons,gaussianRing,checkerboard,spirals' },
    train: { type: 'string', default: '500000' },
    test: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '512' },
    layers: { type: 'string', default: '4' },
    bins: { type: 'string', default: '16' },
    hidden: { type: 'string', default: '64' },
    rate: { type: 'string', default: '0.002' },
    seed: { type: 'string', default: '0' },
  },
})
const number = (name: Exclude<keyof typeof values, 'backend' | 'toys'>) => Number(values[name])
const root = join(fileURLToPath(import.meta.url), '..', '..', '..')
const pointsFolder = join(root, 'runs', 'flows-2d')
const warmUpSteps = 20

interface Result {
  toy: string
  /** Mean of −log p over the test points, in nats. */
  testNll: number
  /** The same of the true density. */
  truth: number
  gap: number
  steps: number
  millisecondsPerStep: number
  parameters: number
}

const { name: backend } = await useBackend(values.backend as BackendName)
const results: Result[] = []
for (const name of values.toys.split(',')) {
  const result = await run(toy(name as ToyName))
  results.push(result)
  console.log(JSON.stringify(result))
}
mkdirSync(join(root, 'bench', 'results'), { recursive: true })
const report = { backend, node: process.version, cores: availableParallelism(), settings: values, results }
writeFileSync(join(root, 'bench', 'results', 'flows-2d.json'), `${JSON.stringify(report, null, 2)}\n`)

async function run(source: Toy): Promise<Result> {
  const seed = key(number('seed'))
  const train = source.draw(number('train'), fold(seed, 0)).points
  const test = source.draw(number('test'), fold(seed, 1)).points
  writePoints(source.name, train, test)
  const millisecondsPerStep = await timePerStep(train)
  const steps = Math.max(1, Math.floor((number('seconds') * 1000) / millisecondsPerStep) - warmUpSteps)
  const model = makeModel(train)
  const start = performance.now()
  await descend(model, train, steps)
  const elapsed = performance.now() - start
  const truth = meanOver(test, (x) => source.logDensity(x))
  const testNll = meanOver(test, (x) => model.logProb(x))
  const parameters = model.variables().reduce((total, { size }) => total + size, 0)
  model.dispose()
  const gap = testNll - truth
  return { toy: source.name, testNll, truth, gap, steps, millisecondsPerStep: elapsed / steps, parameters }
}

/** Splines over standardized coordinates. */
function makeModel(train: Float32Array): Flow {
  const [scale, shift] = standardization(train)
  const network = denseNetwork({ hidden: [number('hidden'), number('hidden')] })
  const base = nsf(2, { layers: number('layers'), bins: number('bins'), network, key: fold(key(number('seed')), 2) })
  return flow({ base, transforms: affine(2, { scale, shift }) })
}

async function descend(model: Flow, train: Float32Array, steps: number): Promise<void> {
  const data = pointDataset({ points: train }).batches({ size: number('batch'), key: fold(key(number('seed')), 3) })
  const optimizer = adam({ learningRate: cosine({ from: number('rate'), steps }) })
  for await (const event of fit(model, data, { steps, optimizer, clipNorm: 5, key: fold(key(number('seed')), 4) })) {
    if (event.type === 'step' && event.step % 500 === 0) console.log(event.step, event.losses.flow?.total)
  }
}

/** Measured on a model that is thrown away. */
async function timePerStep(train: Float32Array): Promise<number> {
  const model = makeModel(train)
  await descend(model, train, 3)
  const start = performance.now()
  await descend(model, train, warmUpSteps)
  model.dispose()
  return (performance.now() - start) / warmUpSteps
}

function standardization(points: Float32Array): [scale: number[], shift: number[]] {
  const count = points.length / 2
  const moments = [0, 1].map((axis) => {
    let [sum, squares] = [0, 0]
    for (let i = axis; i < points.length; i += 2) {
      sum += points[i]!
      squares += points[i]! ** 2
    }
    const mean = sum / count
    return { mean, deviation: Math.sqrt(squares / count - mean ** 2) }
  })
  return [moments.map(({ deviation }) => 1 / deviation), moments.map(({ mean, deviation }) => -mean / deviation)]
}

/** Mean of −f over points, a few thousand at a time. */
function meanOver(points: Float32Array, f: (x: Tensor2D) => Tensor1D): number {
  let total = 0
  for (let at = 0; at < points.length; at += 8192) {
    const rows = points.slice(at, at + 8192)
    const logs = tidy(() => f(tensor2d(rows, [rows.length / 2, 2])).dataSync())
    for (const log of logs) total -= log
  }
  return total / (points.length / 2)
}

function writePoints(name: string, train: Float32Array, test: Float32Array): void {
  mkdirSync(pointsFolder, { recursive: true })
  for (const [part, points] of Object.entries({ train, test })) {
    const array = { dtype: 'F32', shape: [points.length / 2, 2], data: new Uint8Array(points.buffer) } as const
    writeFileSync(join(pointsFolder, `${name}-${part}.npy`), encodeNpy(array))
  }
}
