/**
 * What the documentation claims, measured: `npm run experiment -- <name> [rows…] [--minutes m] [--seed s] [--again]`;
 * `--threads 1` leaves a core to others.
 * `report` writes the tables anew from what is kept.
 * Writes `experiments/results/<name>.json` and pictures beside it; finished rows are kept, so a killed run goes on.
 */
import { parseArgs } from 'node:util'
import { useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import type { Experiment } from './experiment.ts'
import { writeReport } from './report.ts'
import { run } from './run.ts'

/** By name; loaded when asked for. */
const experiments: Readonly<Record<string, () => Promise<Experiment>>> = {
  'align-digits': async () => (await import('./align-models.ts')).alignDigits,
  'align-faces': async () => (await import('./align-models.ts')).alignFaces,
  'align-strangers': async () => (await import('./align-strangers.ts')).alignStrangers,
  'answers-faces': async () => (await import('./answers-faces.ts')).answersFaces,
  'diffusion-guidance': async () => (await import('./diffusion-guidance.ts')).diffusionGuidance,
  'diffusion-likelihood': async () => (await import('./diffusion-likelihood.ts')).diffusionLikelihood,
  'diffusion-recipes': async () => (await import('./diffusion-recipes.ts')).diffusionRecipes,
  'diffusion-samplers': async () => (await import('./diffusion-samplers.ts')).diffusionSamplers,
  'edit-faces': async () => (await import('./edit-faces.ts')).editFaces,
  'few-steps': async () => (await import('./few-steps.ts')).fewSteps,
  'few-steps-2d': async () => (await import('./few-steps.ts')).fewSteps2d,
  'flows-2d': async () => (await import('./flows-2d.ts')).flows2d,
  'flows-mnist': async () => (await import('./flows-mnist.ts')).flowsMnist,
  'flows-tabular': async () => (await import('./flows-tabular.ts')).flowsTabular,
  'latent-faces': async () => (await import('./latent-faces.ts')).latentFaces,
  'mean-and-picks': async () => (await import('./mean-and-picks.ts')).meanAndPicks,
  'next-state': async () => (await import('./next-state.ts')).nextState,
  'metrics-cost': async () => (await import('./metrics-cost.ts')).metricsCost,
  'readme-pictures': async () => (await import('./readme-pictures.ts')).readmePictures,
  'vae-mnist': async () => (await import('./vae-mnist.ts')).vaeMnist,
  'gan-images': async () => (await import('./gan-images.ts')).ganImages,
  'gan-modes': async () => (await import('./gan-modes.ts')).ganModes,
  'gan-stacked-mnist': async () => (await import('./gan-stacked-mnist.ts')).ganStackedMnist,
  'gan-super-resolution': async () => (await import('./gan-super-resolution.ts')).ganSuperResolution,
  tokens: async () => (await import('./tokens.ts')).tokensExperiment,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string', default: '0' },
    again: { type: 'boolean' },
    threads: { type: 'string' },
  },
})
const [name = '', ...only] = positionals
const load = experiments[name]
const loadAll = () => Promise.all(Object.values(experiments).map((one) => one()))
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
const seed = Number(values.seed)

if (name === 'report') writeReport(await loadAll())
else if (!load)
  fail(`expected the name of an experiment, got "${name}"; one of: ${Object.keys(experiments).join(', ')}`)
else if (minutes !== undefined && !(minutes > 0)) fail(`expected --minutes above 0, got ${values.minutes}`)
else if (!Number.isSafeInteger(seed)) fail(`expected --seed to be an integer, got ${values.seed}`)
else {
  const { name: backend } = await useBackend()
  if (backend === 'simd' && values.threads !== undefined) await setThreads(Number(values.threads))
  const experiment = await load()
  const unknown = only.find((word) => !Object.keys(experiment.rows).some((row) => row.includes(word)))
  if (unknown) fail(`expected a row of ${name}, got "${unknown}"; one of: ${Object.keys(experiment.rows).join(', ')}`)
  else {
    await run(experiment, { minutes: minutes ?? experiment.minutes, seed, only, again: values.again === true })
    writeReport(await loadAll())
  }
}

function fail(message: string): void {
  console.error(`experiment: ${message}`)
  process.exitCode = 1
}
