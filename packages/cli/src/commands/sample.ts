/** `gen sample <folder>`. @module */
import { extname } from 'node:path'
import { GenError } from '@gen/backend'
import { encodeNpy, readRaw } from '@gen/io'
import type { Tensor } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { choice, type FlagValues, integer, text } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { openModel } from '../run/open-model.ts'
import { classColumns, type PictureOptions, pictureOf } from '../run/picture.ts'
import { classesOf, sampleFlags, sampleOptions } from '../run/sample-options.ts'
import { writeOutput } from '../write-output.ts'
import { modelFolder, pictureScale } from './common-flags.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen sample'

const flags = {
  count: integer(64, 'how many samples', { min: 1, max: 1_000_000 }),
  ...sampleFlags,
  out: text('samples.png', 'file to write: .png or .svg to look at, .npy for numbers', 'path'),
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
  const extension = extensionOf(values.out)
  await startBackend(values.backend)
  const opened = await openModel(command, folder)
  const options = sampleOptions(command, opened, values)
  const samples = await interruptible((signal) => opened.model.sample({ ...options, signal }))
  const layout = classColumns(values.count, classesOf(opened, values.labels))
  await writeOutput(command, values.out, await fileOf(samples, extension, { ...layout, scale: values.scale }))
  samples.dispose()
  console.log(values.out)
}

/** Known before anything is drawn. */
function extensionOf(path: string): 'png' | 'svg' | 'npy' {
  const asked = extname(path).slice(1)
  if (asked === 'png' || asked === 'svg' || asked === 'npy') return asked
  throw new GenError('config', `${command}: expected --out to end in .png, .svg or .npy, got '${path}'`)
}

async function fileOf(
  samples: Tensor,
  extension: 'png' | 'svg' | 'npy',
  options: PictureOptions,
): Promise<Uint8Array | string> {
  if (extension === 'npy') return encodeNpy(await readRaw(samples))
  return (await pictureOf(samples, { ...options, extension })).file
}
