/** `gen eval <samples or model>`. @module */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fold, key, refusal } from '@gen/backend'
import { type Dataset, dataset, npyDataset } from '@gen/data'
import { gather, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { openSplit } from '../dataset.ts'
import { type MetricName, measure, metricNames, type Result } from '../eval/metrics.ts'
import { type ModelMetricName, measureModel, modelMetricNames } from '../eval/of-model.ts'
import { evalTable } from '../eval/report.ts'
import { featureNames, subjectOf } from '../eval/subject.ts'
import { choice, choices, type FlagValues, integer, text } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { type OpenModel, openModel } from '../run/open-model.ts'
import { sampleFlags, sampleOptions } from '../run/sample-options.ts'
import { writeOutput } from '../write-output.ts'
import { dataFlag } from './common-flags.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen eval'

const flags = {
  data: dataFlag('what to compare with'),
  metrics: choices(
    [],
    [...metricNames, ...modelMetricNames],
    `some of ${[...metricNames, ...modelMetricNames].join(', ')}`,
    'those usual for the data',
  ),
  features: choice('auto', featureNames, 'auto: the digit classifier for mnist, pixels for other images'),
  count: integer(1000, 'how many samples a model draws', { min: 1, max: 1_000_000 }),
  realCount: integer(10_000, 'how many examples of the data, at most', { min: 1, max: 1_000_000 }),
  neighbors: integer(5, 'neighbors of precision, recall, density and coverage', { min: 1, max: 1000 }),
  ...sampleFlags,
  out: text('', 'file for the results as JSON', 'path', 'eval.json in the folder, <samples>.eval.json'),
  backend: choice('auto', backendNames, 'what computes'),
}

type Values = FlagValues<typeof flags>

/** The command that measures samples, or a model by its samples. */
export const evalCommand: Command = defineCommand({
  name: command,
  description: 'measure samples, or a trained model, against data',
  positionals: [{ name: 'subject', description: 'samples as .npy, a model folder, or the folder of a run' }],
  flags,
  run: (values, [subject = '']) => evaluate(subject, values),
})

async function evaluate(path: string, values: Values): Promise<void> {
  const backend = await startBackend(values.backend)
  const opened = path.endsWith('.npy') ? undefined : await openModel(command, path)
  const data = values.data || opened?.data
  if (!data)
    throw refusal('config', command, { expected: '--data', got: 'samples alone', remedy: 'pass --data mnist, …' })
  const { dataset: whole, split } = await openSplit(data, 'test')
  const real = firstOf(whole, values.realCount)
  const { fake, drawn, dispose } = opened ? await drawnFrom(opened, values) : await readSamples(path)
  try {
    const [metrics, ofModel] = partsOf(values.metrics)
    const onSamples = ofModel.length === 0 || metrics.length > 0
    const subject = onSamples ? await subjectOf({ data, real, fake, features: values.features }) : undefined
    const results = [
      ...(subject ? measure(subject, { ...values, metrics, key: key(values.seed) }) : []),
      ...(metrics.length === 0 || ofModel.length > 0 ? await ownMetrics(opened, real, ofModel, values) : []),
    ]
    console.log(`${fake.size.toLocaleString('en')} samples of ${path} against ${data} (${split})\n`)
    console.log(evalTable(results))
    const about = { samples: path, drawn, data, split, seed: values.seed, backend, date: new Date().toISOString() }
    await save(values.out || (await besides(path)), { ...about, results })
  } finally {
    dispose()
  }
}

function partsOf(names: Values['metrics']): [MetricName[], ModelMetricName[]] {
  const isOwn = (name: string): name is ModelMetricName => (modelMetricNames as readonly string[]).includes(name)
  return [names.filter((name): name is MetricName => !isOwn(name)), names.filter(isOwn)]
}

/** Samples in a file have no likelihood, and none is asked for unless it is named. */
async function ownMetrics(
  opened: OpenModel | undefined,
  real: Dataset,
  metrics: readonly ModelMetricName[],
  { count, seed }: Values,
): Promise<Result[]> {
  if (opened) return measureModel(opened.model, real, { metrics, count, key: fold(key(seed), 1) })
  if (metrics.length === 0) return []
  throw refusal('config', command, {
    expected: `a model for ${metrics.join(', ')}`,
    got: 'samples',
    remedy: 'leave it out',
  })
}

interface Samples {
  readonly fake: Dataset
  /** How a model drew them. */
  readonly drawn?: object
  dispose(): void
}

async function readSamples(path: string): Promise<Samples> {
  const bytes = await readFile(path).catch((cause) => {
    throw refusal('file', command, { expected: `to read ${path}`, got: (cause as Error).message, cause })
  })
  return { fake: npyDataset(bytes), dispose: () => {} }
}

async function drawnFrom(opened: OpenModel, values: Values): Promise<Samples> {
  const options = sampleOptions(command, opened, values)
  const samples = await interruptible((signal) => opened.model.sample({ ...options, signal }))
  const [size = 0, ...shape] = samples.shape
  const take = (indices: ArrayLike<number>) => ({
    x: tidy(() => gather(samples, tensor1d(Int32Array.from(indices), 'int32'))),
  })
  const { steps, guidance, labels, sampler, spacing } = options
  return {
    fake: dataset({ size, shape, take }),
    drawn: {
      family: opened.family,
      steps,
      ...(sampler && { sampler }),
      ...(spacing && { spacing }),
      guidance,
      ...(labels && { labels }),
    },
    dispose: () => samples.dispose(),
  }
}

function firstOf(whole: Dataset, count: number): Dataset {
  return count < whole.size ? dataset({ ...whole, size: count }) : whole
}

async function besides(path: string): Promise<string> {
  return (await stat(path)).isDirectory() ? join(path, 'eval.json') : path.replace(/\.npy$/, '.eval.json')
}

async function save(path: string, content: object): Promise<void> {
  await writeOutput(command, path, `${JSON.stringify(content, null, 2)}\n`)
  console.log(`\n${path}`)
}
