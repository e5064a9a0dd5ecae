/** Samples in 1, 2 and 4 calls, by every way to get there from one trained model in about the same processor time. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import { type Toy, toy } from '@gen/data'
import { type Diffusion, diffusion, flowPrediction, logNormalTimes, pointDenoiser, rectifiedFlow } from '@gen/diffusion'
import { encodePng, grid } from '@gen/io'
import { slicedWasserstein } from '@gen/metrics'
import { adamW, cosineDecay, fit, last, readWeights, writeWeights } from '@gen/train'
import { concat, dispose, slice, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core'
import { chart } from './diffusion/chart.ts'
import { subjects } from './diffusion/subjects.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { digitBatches, digitFlow, digitFlowSteps, trainedDigitFlow } from './few-steps/digit-flow.ts'
import { type Way, type World, waysIn } from './few-steps/ways.ts'
import { scatterPictures } from './gan/scatter.ts'

/** What samples are compared by: less is better. */
interface Judge {
  readonly measure: string
  readonly count: number
  /** Of samples, which it disposes. */
  judge(samples: Tensor): Promise<number>
  /** A picture of the first samples of each number of calls. */
  picture(samples: readonly Tensor[]): Uint8Array
}

/** A table of all ways in a world. */
function experimentIn(name: string, description: string, world: World, judgeOf: () => Promise<Judge>): Experiment {
  let judging: Promise<Judge> | undefined
  const row = async (way: string, make: (context: RowContext) => Promise<Way>, context: RowContext): Promise<Row> => {
    // The common model's time is in no row.
    ;(await world.common(context)).dispose()
    const start = process.cpuUsage()
    const { sample, calls = [1, 2, 4], steps, dispose: free } = await make(context)
    const { user, system } = process.cpuUsage(start)
    judging ??= judgeOf()
    const { measure, count, judge, picture } = await judging
    const found: Record<string, number> = {}
    const kept: Tensor[] = []
    for (const n of calls) {
      context.progress(`sampling in ${n} calls`)
      const samples = await sample(n, { count, key: fold(key(context.seed), 9) })
      kept.push(samples.clone())
      found[n] = await judge(samples)
    }
    free()
    writeFileSync(join(context.pictures, `${way.replaceAll(' ', '-')}.png`), picture(kept))
    dispose(kept)
    return { measure, found, steps, processorSeconds: (user + system) / 1e6, samples: count }
  }
  return {
    name,
    description,
    minutes: 4,
    rows: Object.fromEntries(
      Object.entries(waysIn(world)).map(([way, make]) => [way, (context: RowContext) => row(way, make, context)]),
    ),
    columns: ({ found, measure, steps, processorSeconds }) => ({
      ...Object.fromEntries(Object.entries(found as Row).map(([n, value]) => [`${measure}, ${n} calls`, value])),
      'more steps': steps,
      'processor seconds': processorSeconds,
    }),
    finish: async (rows, { pictures }) => {
      const points = Object.entries(rows).flatMap(([series, { found }]) =>
        Object.entries(found as Record<string, number>).map(([n, y]) => ({ series, panel: name, x: Number(n), y })),
      )
      const measure = String(Object.values(rows)[0]?.measure)
      const x = { name: 'calls of the network', scale: 'log', ticks: [1, 2, 4, 20] } as const
      const picture = await chart(points, { title: `${measure} against calls`, x, y: { name: measure, scale: 'log' } })
      writeFileSync(join(pictures, 'calls.svg'), picture)
      return undefined
    },
  }
}

/** FID of digits at 1, 2 and 4 calls beside DDIM's at 20. */
export const fewSteps: Experiment = experimentIn(
  'few-steps',
  `digits in 1, 2 and 4 calls, from one flow-matching model of ${digitFlowSteps} steps, by ways of about equal processor time`,
  {
    common: (context) => trainedDigitFlow('samples', context),
    fresh: (k, augmentation) => digitFlow('samples', k, augmentation),
    batches: digitBatches,
    // A forward pass is three tenths of a step.
    budget: { ddim: 2400, distilled: 1500, trained: 1840, round: 500, reflow: 1500, meanFlow: 6700 },
    pairs: { count: 2048, size: 32 },
  },
  async () => {
    const { judge } = await subjects.digits()
    return {
      measure: 'FID',
      count: 500,
      judge: async (samples) => (await judge(samples)).fid,
      picture: (samples) => sheetOf(samples),
    }
  },
)

function sheetOf(samples: readonly Tensor[]): Uint8Array {
  const rows = samples.map((one) => slice(one, 0, 10))
  const all = concat(rows) as Tensor4D
  const picture = grid(all, { columns: 10 })
  const bytes = encodePng(picture)
  dispose([...rows, all, picture])
  return bytes
}

const ring: Toy = toy('gaussianRing')
const ringBatch = 128
const ringSteps = 1000

/** The same in the plane, where the distance to the data is known to the last digit. */
export const fewSteps2d: Experiment = experimentIn(
  'few-steps-2d',
  `a ring of eight Gaussians in 1, 2 and 4 calls, from one flow-matching model of ${ringSteps} steps, by ways of about equal processor time`,
  {
    common: trainedRing,
    fresh: ringModel,
    batches: async (k) => ring.batches({ size: ringBatch, key: k }),
    budget: { ddim: 800, distilled: 500, trained: 620, round: 165, reflow: 720, meanFlow: 1100 },
    pairs: { count: 8192, size: ringBatch },
  },
  async () => ({
    measure: 'sliced Wasserstein distance',
    count: 2000,
    judge: async (samples) => {
      const real = ring.sample(2000, key(77))
      const { value } = slicedWasserstein(real, samples as Tensor2D, { key: key(0) })
      dispose([real, samples])
      return value
    },
    picture: (samples) =>
      scatterPictures(
        samples.map((one) => one.dataSync() as Float32Array),
        ring.bound,
      ),
  }),
)

function ringModel(k: Key, augmentation = 0): Diffusion {
  const network = pointDenoiser({ size: 2, hidden: [96, 96, 96], residual: false, augmentation, key: k })
  const schedule = rectifiedFlow({ end: 0.98 })
  return diffusion({
    network,
    schedule,
    prediction: flowPrediction(),
    times: logNormalTimes({ mean: 0, std: 2 }),
    std: 3,
  })
}

/** Trained once in a process. */
async function trainedRing({ seed, progress }: RowContext): Promise<Diffusion> {
  const model = ringModel(fold(key(seed), 1))
  weightsOfRing ??= (async () => {
    progress(`training ${ringSteps} steps`)
    const optimizer = adamW({ learningRate: cosineDecay({ from: 3e-3, to: 3e-5, steps: ringSteps }) })
    const first = ringModel(fold(key(seed), 1))
    const batches = ring.batches({ size: ringBatch, key: fold(key(seed), 2) })
    await last(fit(first, batches, { steps: ringSteps, optimizer, ema: 0.99, key: fold(key(seed), 3) }))
    const weights = await readWeights(first)
    first.dispose()
    return weights
  })()
  writeWeights(model, await weightsOfRing)
  return model
}

let weightsOfRing: ReturnType<typeof readWeights> | undefined
