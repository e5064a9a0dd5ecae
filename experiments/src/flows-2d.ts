/** The spline flow on toys whose density is known: test NLL beside the truth and beside zuko's on the same points. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { pointDataset, type Toy, type ToyName, toy } from '@gen/data'
import { affine, type Drawable, denseNetwork, densityImages, densityPicture, type Flow, nsf } from '@gen/flows'
import { encodePng, grid } from '@gen/io'
import { concat, slice, tidy } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { momentsOf, negativeLogLikelihood, npy } from './flows/points.ts'
import { trainFor } from './flows/train-for.ts'
import { runPeer } from './peer.ts'

const names = ['moons', 'gaussianRing', 'checkerboard', 'spirals'] as const satisfies readonly ToyName[]

/** So many that the flow cannot learn them by heart: a gap of parameters / (2 · points) is a hundredth of a nat. */
const trainPoints = 2_000_000
const testPoints = 50_000
const settings = { layers: 6, bins: 16, hidden: [64, 64], batch: 512, rate: 3e-3, clipNorm: 5 }

/** Neural spline flow on four toys; the goal is a test NLL within 0.05 nat of the truth. */
export const flows2d: Experiment = {
  name: 'flows-2d',
  description: 'a coupling spline flow on toys of known density, with zuko beside it',
  minutes: 2,
  rows: Object.fromEntries(names.map((name) => [name, (context) => row(toy(name), context)])),
  finish: async (rows) => {
    const gaps = Object.values(rows).map(({ gap }) => gap as number)
    return { goal: 'gap below 0.05 nat on each', largestGap: Math.max(...gaps), reached: Math.max(...gaps) < 0.05 }
  },
}

async function row(source: Toy, context: RowContext): Promise<Row> {
  const { scratch, pictures, minutes, progress } = context
  const seed = key(context.seed)
  const train = source.draw(trainPoints, fold(seed, 0)).points
  const test = source.draw(testPoints, fold(seed, 1)).points
  const truth = negativeLogLikelihood(test, 2, (x) => source.logDensity(x))
  const model = spline(train, context.seed)
  const trained = await trainFor(model, pointDataset({ points: train }).batches({ size: settings.batch, key: seed }), {
    ...settings,
    seconds: 60 * minutes,
    key: fold(seed, 3),
    onStep: (step, { total }, share) => {
      if (step % 100 === 0) progress(`step ${step}, loss ${total?.toFixed(3)}, ${(100 * share).toFixed(0)} %`)
    },
  })
  const testNll = negativeLogLikelihood(test, 2, (x) => model.logProb(x))
  const parameters = model.variables().reduce((sum, { size }) => sum + size, 0)
  writeFileSync(join(pictures, `${source.name}.png`), await picture(source, model))
  model.dispose()
  const files = { train: join(scratch, `${source.name}-train.npy`), test: join(scratch, `${source.name}-test.npy`) }
  writeFileSync(files.train, npy(train, 2))
  writeFileSync(files.test, npy(test, 2))
  const zuko = await runPeer(
    'zuko_2d.py',
    { ...settings, ...files, seed: context.seed, seconds: 60 * minutes },
    progress,
  )
  const gapOfZuko = typeof zuko.testNll === 'number' ? { gap: zuko.testNll - truth } : {}
  return { truth, testNll, gap: testNll - truth, ...trained, parameters, settings, zuko: { ...zuko, ...gapOfZuko } }
}

/** Spline couplings over standardized coordinates. */
function spline(train: Float32Array, seed: number): Flow {
  const { means, deviations } = momentsOf(train, 2)
  const { layers, bins, hidden } = settings
  const standardize = affine(2, {
    scale: deviations.map((deviation) => 1 / deviation),
    shift: means.map((mean, i) => -mean / deviations[i]!),
  })
  const network = denseNetwork({ hidden })
  return nsf(2, { before: [standardize], layers, bins, network, key: fold(key(seed), 2) })
}

/** The true density, the learned one, and the grid that the flow warps. */
async function picture(source: Toy, model: Flow): Promise<Uint8Array> {
  const options = { range: [-source.bound, source.bound], resolution: 200, lines: 25, extent: 2.5 } as const
  const truth: Drawable = { size: 2, logProb: (x) => source.logDensity(x), decode: (z) => z }
  const [exact, learned] = [await densityPicture(truth, options), await densityPicture(model, options)]
  return tidy(() => {
    const first = slice(densityImages(exact, { scale: 2 }), [0, 0, 0, 0], [1, -1, -1, -1])
    return encodePng(grid(concat([first, densityImages(learned, { scale: 2 })]), { columns: 3, value: 1 }))
  })
}
