/** `gen train <family>`. @module */
import { join } from 'node:path'
import { GenError, type Key, key } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { writeModelFolder } from '@gen/io/node'
import { variablesOf } from '@gen/train'
import { dispose } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { openDataset } from '../dataset.ts'
import type { Family, FamilyModel } from '../families/family.ts'
import { type Flags, type FlagValues, kebab, valuesOf } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { assertRoom, mostHeld, mostInBatch } from '../limits.ts'
import { calibrate } from '../run/calibrate.ts'
import { modelCardOf } from '../run/model-card.ts'
import { createRun, openRun, type RunFolder, readRunConfig } from '../run/run-folder.ts'
import { runKeys, trainRun } from '../run/train-run.ts'
import { type runFlags, type SamplingValues, samplingOf, trainFlags } from './train-flags.ts'

/** All options of a run, as they stand in its `config.json`. */
export type RunValues = FlagValues<typeof runFlags> & Partial<SamplingValues> & Record<string, unknown>

/** The command that trains one family. */
export function trainCommand<F extends Flags>(family: Family<F>): Command {
  return defineCommand({
    name: `gen train ${family.name}`,
    description: family.description,
    flags: trainFlags(family),
    run: (values) => train(family, values as RunValues),
  })
}

async function train<F extends Flags>(family: Family<F>, given: RunValues): Promise<void> {
  const values = given.resume ? await resumedValues(family, given) : given
  const path =
    given.resume || given.out || join('runs', `${family.name}-${values.data.replace(/[^\w.-]+/g, '-')}-${values.seed}`)
  const backend = await startBackend(values.backend)
  const dataset = await openDataset(values.data)
  assertRoom(`gen train ${family.name}`, '--batch', values.batch, dataset.shape, mostInBatch)
  assertRoom(`gen train ${family.name}`, '--sample-count', values.sampleCount, dataset.shape, mostHeld)
  const keys = runKeys(key(values.seed))
  const sampling = samplingOf(values)
  const familyValues = values as FlagValues<F>
  const model = family.create(familyValues, dataset, keys.weights)
  console.log(describe(model, dataset, values, backend))
  if (values.dryRun) {
    console.log(JSON.stringify({ family: family.name, ...values, model: model.config }, null, 2))
    return
  }
  const batches = dataset.batches({ size: values.batch, key: keys.batches })
  // A resumed run has its number of steps already.
  const steps =
    values.minutes > 0 && !given.resume
      ? await calibrate(() => family.create(familyValues, dataset, keys.weights), batches, values.minutes)
      : values.steps
  initialise(model, dataset, keys.weights)
  const settled: RunValues = { ...values, steps, minutes: 0 }
  const folder = given.resume
    ? await openRun(path)
    : await createRun(path, { command: 'train', family: family.name, values: settled })
  try {
    const result = await interruptible((signal) =>
      trainRun({
        model,
        batches,
        folder,
        title: `${family.name} on ${values.data}: ${model.lossUnit ?? 'loss'}`,
        fit: {
          steps,
          optimizer: family.optimizer(familyValues, steps),
          key: keys.training,
          clipNorm: values.clipNorm,
          accumulate: values.accumulate,
          ema: values.ema,
          sampleEvery: values.sampleEvery,
          checkpointEvery: values.checkpointEvery,
          resume: given.resume !== '',
          signal,
        },
        samples: {
          count: values.sampleCount,
          key: keys.samples,
          steps: sampling.sampleSteps,
          guidance: sampling.guidance,
        },
      }),
    )
    await finish(family, model, settled, folder, result)
  } finally {
    await folder.close()
  }
}

const initialBatch = 256

/** From data drawn for it alone; the checkpoint of a resumed run holds what was set. */
function initialise(model: FamilyModel, dataset: Dataset, k: Key): void {
  if (!model.initialise) return
  const batch = dataset.batches({ size: initialBatch, key: k }).at(0)
  model.initialise(batch, k)
  dispose(Object.values(batch))
}

/** The recorded options of a run; a flag given beside `--resume` would silently lose, so only `--resume` is looked at. */
async function resumedValues<F extends Flags>(family: Family<F>, { resume }: RunValues): Promise<RunValues> {
  const schema = v.object({ family: v.literal(family.name), values: v.record(v.string(), v.unknown()) })
  const parsed = v.safeParse(schema, await readRunConfig(resume))
  if (!parsed.success) {
    throw new GenError(
      'file',
      `gen train ${family.name}: expected the folder of a ${family.name} run, got ${resume} (${parsed.issues[0]?.message})`,
    )
  }
  // An empty text is a default, and nothing that could be written behind a flag.
  const recorded = Object.entries(parsed.output.values).filter(([, value]) => value !== '')
  const given = Object.fromEntries(recorded.map(([name, value]) => [kebab(name), value]))
  return valuesOf(`gen train ${family.name} --resume`, trainFlags(family), given) as RunValues
}

function describe(model: FamilyModel, dataset: Dataset, values: RunValues, backend: string): string {
  const parameters = Object.values(variablesOf(model.trainable)).reduce((sum, { size }) => sum + size, 0)
  const data = `${values.data}: ${dataset.size.toLocaleString('en')} examples of [${dataset.shape.join(', ')}]`
  return `${data} · ${parameters.toLocaleString('en')} parameters · backend ${backend}`
}

async function finish<F extends Flags>(
  family: Family<F>,
  model: FamilyModel,
  values: RunValues,
  folder: RunFolder,
  result: Awaited<ReturnType<typeof trainRun>>,
): Promise<void> {
  const path = join(folder.path, 'model')
  const { data } = values
  await writeModelFolder(path, {
    config: { family: family.name, model: model.config, data, ...samplingOf(values) },
    tensors: variablesOf(model.trainable),
    card: modelCardOf(family, values, result),
    ...(result.picture instanceof Uint8Array ? { samples: result.picture } : {}),
  })
  const verb = result.reason === 'done' ? 'done' : 'stopped'
  console.log(`${verb} after step ${result.step}, ${result.seconds.toFixed(0)} s, loss ${result.loss.toPrecision(4)}`)
  console.log(`samples  ${result.samples}`)
  console.log(`model    ${path}`)
  if (result.reason === 'aborted') console.log(`go on    gen train ${family.name} --resume ${folder.path}`)
}
