/** `gen train <family>`. @module */
import { GenError, type Key, key, refusal } from '@gen/backend'
import type { Batch, Dataset } from '@gen/data'
import { type Batches, variablesOf } from '@gen/train'
import { dispose } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { addressOf } from '../data-address.ts'
import { isNamed, openDataset } from '../dataset.ts'
import type { Family, FamilyModel } from '../families/family.ts'
import type { Flags, FlagValues } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { kebab } from '../kebab.ts'
import { assertRoom, mostHeld, mostInBatch } from '../limits.ts'
import { eventFile } from '../run/event-file.ts'
import { fingerprint } from '../run/fingerprint.ts'
import { finishRun, isWritten } from '../run/finish-run.ts'
import { withFrozen } from '../run/frozen-parts.ts'
import { holdOut } from '../run/hold-out.ts'
import { type ResumedValues, resumedValues } from '../run/resume.ts'
import { assertNoRun, createRun, openRun } from '../run/run-folder.ts'
import { runName } from '../run/run-name.ts'
import { tryToSample } from '../run/run-samples.ts'
import { startingModel } from '../run/starting-model.ts'
import { runKeys, type TrainRunOptions, trainRun } from '../run/train-run.ts'
import { isNamedText } from '../text-data.ts'
import { type RunValues, samplingOf, trainFlags } from './train-flags.ts'

/** The command that trains one family. */
export function trainCommand<F extends Flags>(family: Family<F>): Command {
  const flags = trainFlags(family)
  return defineCommand({
    name: `gen train ${family.name}`,
    description: family.description,
    flags,
    run: async (read, _, given) => {
      const values = read as RunValues
      const asked = Object.keys(flags).filter((name) => Object.hasOwn(given, kebab(name)))
      const fresh = { values, changed: false }
      await train(family, values.resume ? await resumedValues(family, flags, values, asked) : fresh, values)
    },
  })
}

async function train<F extends Flags>(
  family: Family<F>,
  { values, changed }: ResumedValues,
  { resume, out }: RunValues,
): Promise<void> {
  const path = resume || out || runName(family.name, values.data, values.seed)
  if (!resume && !values.dryRun) await assertNoRun(path)
  const backend = await startBackend(values.backend)
  const whole = family.data
    ? await family.data.open(values.data, values)
    : await openDataset(addressOf(values.data, values))
  assertRoom(`gen train ${family.name}`, '--batch', values.batch, whole.shape, mostInBatch)
  assertRoom(`gen train ${family.name}`, '--sample-count', values.sampleCount, whole.shape, mostHeld)
  const keys = runKeys(key(values.seed))
  const items = family.paired?.(values as FlagValues<F>, whole) ?? whole
  const { training: dataset, validation } = holdOut(`gen train ${family.name}`, items, values, keys.heldOut)
  const model = withFrozen(
    `gen train ${family.name}`,
    await startingModel(family, values, dataset, keys.weights),
    values.freeze,
  )
  if (validation) assertOnePlayer(`gen train ${family.name}`, model)
  console.log(describe(model, dataset, values, backend))
  if (values.dryRun) {
    console.log(JSON.stringify({ family: family.name, ...values, model: model.config }, null, 2))
    return
  }
  const batches = await batchesOf(dataset, values, keys.batches)
  if (!values.from) initialize(model, dataset, keys.weights)
  const { sampleSteps, ...sampling } = samplingOf(values)
  const samples = { count: values.sampleCount, key: keys.samples, steps: sampleSteps, ...sampling }
  await tryToSample(`gen train ${family.name}`, model, samples)
  const config = { command: 'train', family: family.name, values }
  // A signal from here on ends what has begun: without it the folder would keep a half-made lock.
  await interruptible(async (signal) => {
    const folder = resume ? await openRun(path, config) : await createRun(path, config)
    try {
      const onStart = async () => (changed ? folder.setConfig(config) : undefined)
      const fit = {
        ...fitOptions(family, values, keys.training),
        ...(validation && { validation }),
        resume: resume !== '',
        signal,
      }
      const events = values.tensorboard ? eventFile(`gen train ${family.name}`, folder.path) : undefined
      await trainAndFinish(family, values, { model, batches, folder, samples, onStart, fit, ...(events && { events }) })
    } catch (error) {
      throw asRefusal(error, `gen train ${family.name}`, values.data)
    } finally {
      await folder.close()
    }
  })
}

/** In a game neither's loss falls as its samples become better. */
function assertOnePlayer(command: string, { trainable: { players } }: FamilyModel): void {
  if (players.length === 1) return
  const got = players.map(({ name }) => name).join(' and ')
  dispose(Object.values(variablesOf({ players })))
  throw refusal('config', command, { expected: 'a model of one player for --validate', got, remedy: 'leave it out' })
}

async function trainAndFinish(family: Family, values: RunValues, options: TrainRunOptions): Promise<void> {
  const { model, folder, samples } = options
  const result = await trainRun(options)
  if (result.steps === 0 && (await isWritten(folder, result.step))) {
    console.log(`done already after step ${result.step}; pass more --steps or --minutes to go on`)
    return
  }
  const data = family.data ? values.data : addressOf(values.data, values)
  await finishRun({ family, model, values: { ...values, data }, folder, samples, result })
}

function fitOptions<F extends Flags>(
  family: Family<F>,
  values: RunValues,
  k: Key,
): Omit<TrainRunOptions['fit'], 'resume'> {
  const { steps, minutes, clipNorm, accumulate, ema, sampleEvery, checkpointEvery } = values
  return {
    ...(minutes > 0 ? { until: { seconds: 60 * minutes } } : { steps }),
    optimizer: (planned) => family.optimizer(values as FlagValues<F>, planned),
    key: k,
    clipNorm,
    accumulate,
    ema,
    sampleEvery,
    checkpointEvery,
  }
}

/** So many items of data that come with the program tell that they are the same as before. */
const namedItems = 256

/** The batches; what they say of the data's content goes into checkpoints. */
async function batchesOf(dataset: Dataset, { data, batch }: RunValues, k: Key): Promise<Batches<Batch>> {
  const batches = dataset.batches({ size: batch, key: k })
  const content = await fingerprint(dataset, isNamed(data) || isNamedText(data) ? namedItems : itemsToSee(dataset))
  return { at: (index) => batches.at(index), config: { drawn: batches.config, content } }
}

/** All items; of sequences that overlap, so many that every place is in one of them. */
function itemsToSee(dataset: Dataset): number {
  const overlap = 'vocabulary' in dataset ? dataset.shape[0]! : 1
  return Math.ceil(dataset.size / overlap)
}

const initialBatch = 256

/** From data drawn for it alone; the checkpoint of a resumed run holds what was set. */
function initialize(model: FamilyModel, dataset: Dataset, k: Key): void {
  if (!model.initialize) return
  const batch = dataset.batches({ size: initialBatch, key: k }).at(0)
  model.initialize(batch, k)
  dispose(Object.values(batch))
}

function describe(model: FamilyModel, dataset: Dataset, values: RunValues, backend: string): string {
  const parameters = Object.values(variablesOf(model.trainable)).reduce((sum, { size }) => sum + size, 0)
  const data = `${values.data}: ${dataset.size.toLocaleString('en')} examples of [${dataset.shape.join(', ')}]`
  return `${data} · ${parameters.toLocaleString('en')} parameters · backend ${backend}`
}

/** A checkpoint of other data, in the words of the command line. */
function asRefusal(error: unknown, command: string, data: string): unknown {
  if (!GenError.is(error) || error.code !== 'config' || !/^(batches|model)\b/.test(String(error.details.path)))
    return error
  const { saved, now } = error.details
  return refusal('config', `${command} --resume`, {
    expected: 'the data that the run was trained on',
    got: `others in ${data} (${String(error.details.path)} was ${JSON.stringify(saved)}, is ${JSON.stringify(now)})`,
    remedy: 'pass --data with the place where they are now',
    details: error.details,
    cause: error,
  })
}
