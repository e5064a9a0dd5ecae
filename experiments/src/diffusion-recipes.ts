/** Recipes of diffusion, each given the same training. @module */
import {
  cosine,
  dataPrediction,
  ddim,
  edmPrediction,
  edmWeighting,
  flowPrediction,
  heun,
  logitNormalTimes,
  logNormalTimes,
  minSnrWeighting,
  noisePrediction,
  plainWeighting,
  rectifiedFlow,
  varianceExploding,
  velocityPrediction,
} from '@gen/diffusion'
import { judged, sheet } from './diffusion/drawn.ts'
import { compared, type Verdict } from './diffusion/judge.ts'
import { type SubjectName, subjects } from './diffusion/subjects.ts'
import { type Axes, trainedModel } from './diffusion/trained-model.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const recipes: Readonly<Record<string, Axes>> = {
  noise: { prediction: noisePrediction() },
  'noise-min-snr': { prediction: noisePrediction(), weighting: minSnrWeighting() },
  data: { prediction: dataPrediction(), weighting: plainWeighting() },
  'data-min-snr': { prediction: dataPrediction(), weighting: minSnrWeighting() },
  velocity: { prediction: velocityPrediction() },
  'velocity-min-snr': { prediction: velocityPrediction(), weighting: minSnrWeighting() },
  edm: {
    ...{ prediction: edmPrediction(), weighting: edmWeighting(), times: logNormalTimes() },
    schedule: varianceExploding(),
  },
  flow: { prediction: flowPrediction(), schedule: rectifiedFlow() },
  'flow-logit-normal': { prediction: flowPrediction(), schedule: rectifiedFlow(), times: logitNormalTimes() },
  'velocity-flow-path': { prediction: velocityPrediction(), schedule: rectifiedFlow() },
  'flow-cosine-path': { prediction: flowPrediction(), schedule: cosine() },
}

/** Those that faces are tried with too. */
const onFaces = ['noise', 'velocity', 'velocity-min-snr', 'edm', 'flow']

/** By 32 calls of a solver that fits the path, without guidance and, where there are classes, with. */
async function row(subjectName: SubjectName, name: string, context: RowContext): Promise<Row> {
  const subject = await subjects[subjectName]()
  const { model, steps, parameters } = await trainedModel(subject, [name, recipes[name]!], context)
  const sampler = name === 'edm' ? heun({ steps: 16 }) : ddim({ steps: 32 })
  const free = await judged(model, subject, context, { sampler })
  const guided =
    subject.classes === undefined ? {} : { guided: await judged(model, subject, context, { sampler, guidance: 2 }) }
  await sheet(`${subjectName}-${name}`, model, subject, context, { sampler, guidance: subject.classes ? 2 : 1 })
  model.dispose()
  return { steps, parameters, compared, free, ...guided, data: await subject.real() }
}

/** Predictions, weightings and paths at an equal budget: the same steps of the same network cost the same minutes. */
export const diffusionRecipes: Experiment = {
  name: 'diffusion-recipes',
  description: 'predictions, weightings, times and paths, each trained for the same steps of the same network',
  minutes: 2,
  rows: Object.fromEntries(
    [
      ...Object.keys(recipes).map((name) => ['digits', name] as const),
      ...onFaces.map((name) => ['faces', name] as const),
    ].map(([subject, name]) => [`${subject}-${name}`, (context: RowContext) => row(subject, name, context)]),
  ),
  columns: ({ steps, guided, free }) => ({
    steps,
    FID: (free as Verdict).fid,
    KID: (free as Verdict).kid,
    'named with ≥ 0.9': (free as Verdict).confident,
    ...(guided
      ? { 'FID, guidance 2': (guided as Verdict).fid, 'named, guidance 2': (guided as Verdict).confident }
      : {}),
  }),
}
