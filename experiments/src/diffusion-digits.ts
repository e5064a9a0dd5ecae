/** The design space of diffusion on digits: samplers, predictions, guidance, paths. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import {
  cosine,
  type Diffusion,
  dataPrediction,
  ddim,
  ddpmAncestral,
  deis,
  dpmSolver2M,
  dpmSolver3M,
  edmPrediction,
  edmWeighting,
  eulerAncestral,
  flowPrediction,
  heun,
  logNormalTimes,
  minSnrWeighting,
  noisePrediction,
  plainWeighting,
  rectifiedFlow,
  type Sampler,
  uniPc,
  varianceExploding,
  velocityPrediction,
} from '@gen/diffusion'
import { encodePng, grid } from '@gen/io'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { type Axes, digitModel } from './diffusion/digit-model.ts'
import { compared, digitJudge, type Verdict } from './diffusion/judge.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const labels = Array.from({ length: compared }, (_, i) => i % 10)
const best: Axes = { prediction: velocityPrediction() }

type Wishes = { sampler: Sampler; guidance?: number; count?: number }
const drawn = (model: Diffusion, seed: number, { sampler, guidance = 2, count = compared }: Wishes): Promise<Tensor> =>
  model.sample({
    ...{ count, labels: labels.slice(0, count), guidance, sampler, clip: true, batchSize: 100 },
    key: fold(key(seed), 9),
  })

/** Ten of each of seven digits' rows, as `npm start` draws them. */
async function sheet(name: string, model: Diffusion, { seed, pictures }: RowContext, wishes: Wishes): Promise<void> {
  const samples = (await drawn(model, seed, { ...wishes, count: 70 })) as Tensor4D
  const picture = grid(samples, { columns: 10 })
  writeFileSync(join(pictures, `${name}.png`), encodePng(picture))
  samples.dispose()
  picture.dispose()
}

const verdictOf = ({ fid, kid, confident, coverage }: Verdict): Row => ({ fid, kid, confident, coverage })

const calls = [4, 8, 16, 32, 64]
/** Steps are as many as the calls allow: Heun's cost two each, but for the last. */
const samplers: Readonly<Record<string, (calls: number) => Sampler>> = {
  ddim: (n) => ddim({ steps: n }),
  ddpm: (n) => ddpmAncestral({ steps: n }),
  'euler-ancestral': (n) => eulerAncestral({ steps: n }),
  heun: (n) => heun({ steps: n / 2 }),
  'dpmpp-2m': (n) => dpmSolver2M({ steps: n }),
  'dpmpp-3m': (n) => dpmSolver3M({ steps: n }),
  deis: (n) => deis({ steps: n }),
  unipc: (n) => uniPc({ steps: n }),
}

/** FID against network calls, without guidance, which would bend the path. */
export const diffusionSamplers: Experiment = {
  name: 'diffusion-samplers',
  description: 'FID and KID of eight samplers against the calls of the network, on digits',
  minutes: 4,
  rows: Object.fromEntries(
    Object.entries(samplers).map(([name, make]) => [
      name,
      async (context: RowContext) => {
        const { model, steps } = await digitModel('velocity', best, context)
        const judge = await digitJudge()
        const found: Record<string, Row> = {}
        for (const n of calls) {
          context.progress(`${n} calls`)
          found[n] = verdictOf(await judge(await drawn(model, context.seed, { sampler: make(n), guidance: 1 })))
        }
        model.dispose()
        return { steps, compared, calls: found }
      },
    ]),
  ),
  columns: ({ calls: found }) =>
    Object.fromEntries(
      Object.entries(found as Record<string, Verdict>).map(([n, { fid }]) => [`FID, ${n} calls`, fid]),
    ),
}

const recipes: Readonly<Record<string, Axes>> = {
  noise: { prediction: noisePrediction() },
  'noise, min-SNR': { prediction: noisePrediction(), weighting: minSnrWeighting() },
  data: { prediction: dataPrediction(), weighting: plainWeighting() },
  'data, min-SNR': { prediction: dataPrediction(), weighting: minSnrWeighting() },
  velocity: best,
  'velocity, min-SNR': { prediction: velocityPrediction(), weighting: minSnrWeighting() },
  edm: {
    ...{ prediction: edmPrediction(), weighting: edmWeighting(), times: logNormalTimes() },
    schedule: varianceExploding(),
  },
  flow: { prediction: flowPrediction(), schedule: rectifiedFlow() },
  'velocity, flow path': { prediction: velocityPrediction(), schedule: rectifiedFlow() },
  'flow, cosine path': { prediction: flowPrediction(), schedule: cosine() },
}

/** Predictions, weightings and paths at an equal budget of steps of one network. */
export const diffusionRecipes: Experiment = {
  name: 'diffusion-recipes',
  description: 'predictions, weightings and paths on digits, each trained for the same steps of the same network',
  minutes: 2,
  rows: Object.fromEntries(
    Object.entries(recipes).map(([name, axes]) => [
      name,
      async (context: RowContext) => {
        const { model, steps, parameters } = await digitModel(name.replaceAll(/\W+/g, '-'), axes, context)
        const judge = await digitJudge()
        const sampler = name === 'edm' ? heun({ steps: 16 }) : ddim({ steps: 32 })
        const guided = await judge(await drawn(model, context.seed, { sampler }))
        const free = await judge(await drawn(model, context.seed, { sampler, guidance: 1 }))
        await sheet(name.replaceAll(/\W+/g, '-'), model, context, { sampler })
        model.dispose()
        return { steps, parameters, compared, guided: verdictOf(guided), free: verdictOf(free) }
      },
    ]),
  ),
  columns: ({ steps, guided, free }) => ({
    steps,
    'FID, guidance 2': (guided as Verdict).fid,
    'named with ≥ 0.9': (guided as Verdict).confident,
    'FID, no guidance': (free as Verdict).fid,
  }),
}

/** What guidance does to coverage and confidence. */
export const diffusionGuidance: Experiment = {
  name: 'diffusion-guidance',
  description: 'classifier-free guidance on digits: confidence against coverage',
  minutes: 4,
  rows: Object.fromEntries(
    [0, 1, 1.5, 2, 3, 5, 8].map((guidance) => [
      `weight ${guidance}`,
      async (context: RowContext) => {
        const { model, steps } = await digitModel('velocity', best, context)
        const judge = await digitJudge()
        const wishes = { sampler: dpmSolver2M({ steps: 16 }), guidance }
        const found = await judge(await drawn(model, context.seed, wishes))
        await sheet(`weight-${guidance}`, model, context, wishes)
        model.dispose()
        return { steps, compared, ...verdictOf(found) }
      },
    ]),
  ),
}
