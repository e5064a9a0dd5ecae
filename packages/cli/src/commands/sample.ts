/** `gen sample <folder>`. @module */
import { extname } from 'node:path'
import { refusal } from '@gen/backend'
import { encodeNpy, readRaw } from '@gen/io'
import type { Tensor } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import type { FamilyModel } from '../families/family.ts'
import { choice, type FlagValues, integer, text } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { openModel } from '../run/open-model.ts'
import { classColumns, type PictureOptions, pictureOf } from '../run/picture.ts'
import { textOf } from '../run/run-samples.ts'
import { classesOf, sampleFlags, sampleOptions } from '../run/sample-options.ts'
import { writeOutput } from '../write-output.ts'
import { modelFolder, pictureScale } from './common-flags.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen sample'

const flags = {
  count: integer(64, 'how many samples', { min: 1, max: 1_000_000 }),
  ...sampleFlags,
  out: text(
    '',
    'file to write: .png or .svg to look at, .txt to read, .npy for numbers',
    'path',
    'samples.png, of a model of text samples.txt',
  ),
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

async function sample(folder: string, values: FlagValues<typeof flags>): Promise<void> {
  if (values.out !== '') extensionOf(values.out)
  await startBackend(values.backend)
  const opened = await openModel(command, folder)
  const isText = opened.model.lines !== undefined
  const out = values.out || `samples.${isText ? 'txt' : 'png'}`
  const extension = extensionOf(out, isText)
  const options = sampleOptions(command, opened, values)
  const samples = await interruptible((signal) => opened.model.sample({ ...options, signal }))
  const layout = classColumns(values.count, classesOf(opened, values.labels))
  await writeOutput(command, out, await fileOf(opened.model, samples, extension, { ...layout, scale: values.scale }))
  samples.dispose()
  console.log(out)
}

const extensions = ['png', 'svg', 'txt', 'npy'] as const
type Extension = (typeof extensions)[number]

/** Known before anything is drawn; once the model is known, of what it makes. */
function extensionOf(path: string, isText?: boolean): Extension {
  const asked = extname(path).slice(1)
  const known = extensions.filter((one) => isText === undefined || one === 'npy' || (one === 'txt') === isText)
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
