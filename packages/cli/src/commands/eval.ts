/** `gen eval <samples or model>`. @module */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fold, key, refusal } from '@gen/backend'
import { type Dataset, dataset } from '@gen/data'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { openSplit } from '../dataset.ts'
import { type MetricName, measure, metricNames, type Result } from '../eval/metrics.ts'
import { type ModelMetricName, measureModel, modelMetricNames } from '../eval/of-model.ts'
import { type Measured, measureSums, writeSums } from '../eval/of-statistics.ts'
import { evalTable } from '../eval/report.ts'
import { drawnBy, openSource, type Source, samplesOfParts, samplesOfTensor } from '../eval/sources.ts'
import { featureNames, subjectOf } from '../eval/subject.ts'
import { choice, choices, type FlagValues, integer, text } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import type { OpenModel } from '../run/open-model.ts'
import { sampleFlags, sampleOptions } from '../run/sample-options.ts'
import { writeOutput } from '../write-output.ts'
import { dataFlag } from './common-flags.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen eval'
const leaveOut = 'leave it out'

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
  statistics: text(
    '',
    'file (.npz) for what fid and kid need to know of one part; a folder of such files of all parts is measured as they are',
    'path',
    'the samples are measured',
  ),
  out: text('', 'file for the results as JSON', 'path', 'eval.json in the folder, <samples>.eval.json'),
  backend: choice('auto', backendNames, 'what computes'),
}

type Values = FlagValues<typeof flags>

/** The command that measures samples, or a model by its samples. */
export const evalCommand: Command = defineCommand({
  name: command,
  description: 'measure samples, or a trained model, against data',
  positionals: [
    {
      name: 'subject',
      description: 'samples as .npy or .npz, a folder of their parts, a model folder, or the folder of a run',
    },
  ],
  flags,
  run: (values, [subject = '']) => evaluate(subject, values),
})

async function evaluate(path: string, values: Values): Promise<void> {
  const backend = await startBackend(values.backend)
  const source = await openSource(path)
  const data = values.data || dataOf(source)
  if (!data)
    throw refusal('config', command, { expected: '--data', got: 'samples alone', remedy: 'pass --data mnist, …' })
  const { dataset: whole, split } = await openSplit(data, 'test')
  const real = firstOf(whole, values.realCount)
  if (values.statistics !== '') return await writeSums(source, real, { ...values, data })
  const { count, drawn, results } =
    source.kind === 'statistics'
      ? await measureSums(source.parts, real, { ...values, data })
      : await measureSamples(source, real, { ...values, data })
  console.log(`${count.toLocaleString('en')} samples of ${path} against ${data} (${split})\n`)
  console.log(evalTable(results))
  const about = { samples: path, drawn, data, split, seed: values.seed, backend, date: new Date().toISOString() }
  await save(values.out || (await besides(path)), { ...about, results })
}

type Told = Values & { readonly data: string }

function dataOf(source: Source): string | undefined {
  if (source.kind === 'model') return source.opened.data
  return source.kind === 'samples' ? undefined : source.parts[0].about.draw.data
}

type Sampled = Exclude<Source, { kind: 'statistics' }>

async function measureSamples(source: Sampled, real: Dataset, values: Told): Promise<Measured> {
  const opened = source.kind === 'model' ? source.opened : undefined
  const { fake, drawn, dispose } = await samplesOf(source, values)
  try {
    const [metrics, ofModel] = partsOf(values.metrics)
    const onSamples = ofModel.length === 0 || metrics.length > 0
    const subject = onSamples ? await subjectOf({ ...values, real, fake }) : undefined
    const results = [
      ...(subject ? measure(subject, { ...values, metrics, key: key(values.seed) }) : []),
      ...(metrics.length === 0 || ofModel.length > 0 ? await ownMetrics(opened, real, ofModel, values) : []),
    ]
    return { count: fake.size, drawn, results }
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
    remedy: leaveOut,
  })
}

interface Samples {
  readonly fake: Dataset
  readonly drawn?: object
  dispose(): void
}

async function samplesOf(source: Sampled, values: Values): Promise<Samples> {
  if (source.kind === 'samples') return { fake: source.fake, dispose: () => {} }
  if (source.kind === 'parts') {
    return { fake: samplesOfParts(source.parts), drawn: source.parts[0].about.draw, dispose: () => {} }
  }
  const { opened } = source
  const options = sampleOptions(command, opened, values)
  const samples = await interruptible((signal) => opened.model.sample({ ...options, signal }))
  return {
    fake: samplesOfTensor(samples),
    drawn: drawnBy(opened.family, options),
    dispose: () => samples.dispose(),
  }
}

function firstOf(whole: Dataset, count: number): Dataset {
  return count < whole.size ? dataset({ ...whole, size: count }) : whole
}

async function besides(path: string): Promise<string> {
  return (await stat(path)).isDirectory() ? join(path, 'eval.json') : path.replace(/\.np[yz]$/, '.eval.json')
}

async function save(path: string, content: object): Promise<void> {
  await writeOutput(command, path, `${JSON.stringify(content, null, 2)}\n`)
  console.log(`\n${path}`)
}
