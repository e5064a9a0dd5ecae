/** `gen sample <folder>`. @module */
import { extname } from 'node:path'
import { refusal } from '@gen/backend'
import { encodeNpy, readRaw } from '@gen/io'
import type { Tensor } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import type { FamilyModel } from '../families/family.ts'
import { choice, type FlagValues, optionalInteger, text } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { samplesFile } from '../parts/samples.ts'
import { shardFlag } from '../parts/shard-flag.ts'
import { assertCompared, compareFlag, comparisonSheet, rowLength } from '../run/compare-samplers.ts'
import { assertAnimated, type DenoisingRecorder, denoisingRecorder } from '../run/denoising-gif.ts'
import { type OpenModel, openModel } from '../run/open-model.ts'
import { classColumns, type PictureOptions, pictureOf } from '../run/picture.ts'
import { textOf } from '../run/run-samples.ts'
import { classesOf, sampleFlags, sampleOptions } from '../run/sample-options.ts'
import { writeOutput } from '../write-output.ts'
import { modelFolder, pictureScale } from './common-flags.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen sample'

const flags = {
  count: optionalInteger(
    'how many samples; with --compare, in each row',
    { min: 1, max: 1_000_000 },
    `64, or ${rowLength} in a row`,
  ),
  ...sampleFlags,
  shard: shardFlag,
  compare: compareFlag,
  out: text(
    '',
    'file to write: .png or .svg to look at, .txt to read, .npy for numbers, .npz with classes and how they were drawn',
    'path',
    'samples.png, of text samples.txt, of a shard part-<i>.npz',
  ),
  gif: text('', 'file that keeps the denoising as an animation, of a diffusion model of images', 'path', 'not kept'),
  scale: pictureScale(1),
  backend: choice('auto', backendNames, 'what computes'),
}

/** The command that draws samples from a model folder. */
export const sampleCommand: Command = defineCommand({
  name: command,
  description: 'draw samples from a trained model',
  positionals: [modelFolder],
  flags,
  run: (values, [folder = '']) => sample(folder, values),
})

type Values = FlagValues<typeof flags>

async function sample(folder: string, values: Values): Promise<void> {
  if (values.out !== '') extensionOf(values.out)
  assertGif(values.gif)
  assertWhole(values)
  const backend = await startBackend(values.backend)
  const opened = await openModel(command, folder)
  const isText = opened.model.lines !== undefined
  const out = values.out || (values.shard ? `part-${values.shard.index}.npz` : `samples.${isText ? 'txt' : 'png'}`)
  const extension = extensionOf(out, isText)
  if (values.compare.length > 0) return await compare(opened, { ...values, out }, extension)
  const count = values.count ?? 64
  const options = sampleOptions(command, opened, { ...values, count })
  const layout = classColumns(count, classesOf(opened, values.labels))
  const recorder = values.gif === '' ? undefined : recorderOf(opened, values, count, layout)
  const watched = recorder ? { onStep: recorder.onStep } : {}
  const samples = await interruptible((signal) => opened.model.sample({ ...options, ...watched, signal }))
  const file =
    extension === 'npz'
      ? await samplesFile(opened, samples, options, { seed: values.seed, backend })
      : await fileOf(opened.model, samples, extension, { ...layout, scale: values.scale })
  await writeOutput(command, out, file)
  if (recorder) await writeOutput(command, values.gif, await recorder.encode(samples))
  samples.dispose()
  console.log(out)
  if (recorder) console.log(values.gif)
}

/** A sheet with a row for each sampler. */
async function compare(opened: OpenModel, values: Values, extension: Extension): Promise<void> {
  const { steps, sampler, gif } = values
  const count = values.count ?? rowLength
  assertCompared(command, opened, values.compare, { count, flags: { steps, sampler, gif } })
  if (extension !== 'png' && extension !== 'svg') {
    throw refusal('config', command, {
      expected: '--out to end in .png or .svg with --compare',
      got: `'${values.out}'`,
    })
  }
  const options = sampleOptions(command, opened, { ...values, count })
  const classes = classesOf(opened, values.labels)
  const names =
    classes.length > 0 ? Array.from({ length: count }, (_, i) => `class ${classes[i % classes.length]}`) : []
  const { file } = await interruptible((signal) =>
    comparisonSheet(opened, values.compare, { ...options, signal }, { names, scale: values.scale, extension }),
  )
  await writeOutput(command, values.out, file)
  console.log(values.out)
}

function recorderOf(opened: OpenModel, { scale }: Values, count: number, layout: PictureOptions): DenoisingRecorder {
  if (opened.family !== 'diffusion') {
    const got = `one of family ${opened.family}`
    throw refusal('config', command, { expected: 'a diffusion model for --gif', got, remedy: 'leave it out' })
  }
  assertAnimated(command, opened.model.shape, count)
  return denoisingRecorder(count, { columns: layout.columns, scale })
}

function assertGif(path: string): void {
  if (path === '' || extname(path) === '.gif') return
  throw refusal('config', command, { expected: '--gif to end in .gif', got: `'${path}'` })
}

/** A part is numbers alone. */
function assertWhole({ shard, out, compare, gif }: Values): void {
  if (!shard) return
  const other = (compare.length > 0 && '--compare') || (gif !== '' && '--gif')
  if (other) throw refusal('config', command, { expected: `--shard without ${other}`, got: 'both' })
  if (out !== '' && extname(out) !== '.npz') {
    throw refusal('config', command, { expected: '--out to end in .npz with --shard', got: `'${out}'` })
  }
}

const extensions = ['png', 'svg', 'txt', 'npy', 'npz'] as const
type Extension = (typeof extensions)[number]

/** Known before anything is drawn; once the model is known, of what it makes. */
function extensionOf(path: string, isText?: boolean): Extension {
  const asked = extname(path).slice(1)
  const known = extensions.filter((one) => isText === undefined || one.startsWith('np') || (one === 'txt') === isText)
  const found = known.find((one) => one === asked)
  if (found) return found
  const list = known.map((one) => `.${one}`)
  const expected = `--out to end in ${list.slice(0, -1).join(', ')} or ${list.at(-1)}`
  throw refusal('config', command, { expected, got: `'${path}'` })
}

async function fileOf(
  { lines }: FamilyModel,
  samples: Tensor,
  extension: Extension,
  options: PictureOptions,
): Promise<Uint8Array | string> {
  if (extension === 'npy') return encodeNpy(await readRaw(samples))
  if (lines && extension === 'txt') return textOf(await lines(samples))
  return (await pictureOf(samples, { ...options, extension: extension === 'svg' ? 'svg' : 'png' })).file
}
