/** `gen sample <folder>`. @module */
import { extname } from 'node:path'
import { GenError } from '@gen/backend'
import { encodeNpy, readRaw } from '@gen/io'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type CommandDef, defineCommand } from 'citty'
import { startBackend } from '../backend.ts'
import { argumentsOf, choice, type FlagValues, integer, text, valuesOf } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { openModel, sampleFlags, sampleOptions } from '../run/open-model.ts'
import { columnsOf, pictureOf } from '../run/picture.ts'
import { writeOutput } from '../write-output.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen sample'

const flags = {
  count: integer(64, 'how many samples', { min: 1 }),
  ...sampleFlags,
  out: text('samples.png', 'file to write: .png or .svg to look at, .npy for numbers', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

/** The command that draws samples from a model folder. */
export const sampleCommand: CommandDef = defineCommand({
  meta: { name: command, description: 'draw samples from a trained model' },
  args: {
    folder: { type: 'positional', description: 'a model folder, or the folder of a run' },
    ...argumentsOf(flags),
  },
  run: ({ args, rawArgs }) => sample(String(args.folder), valuesOf(command, flags, args, rawArgs)),
}) as unknown as CommandDef

async function sample(folder: string, values: FlagValues<typeof flags>): Promise<void> {
  await startBackend(values.backend)
  const opened = await openModel(command, folder)
  const options = sampleOptions(opened, values)
  const samples = await interruptible((signal) => opened.model.sample({ ...options, signal }))
  await save(samples, values.out, columnsOf(values.count, values.labels.length || opened.model.classes))
  samples.dispose()
}

async function save(samples: Tensor, path: string, columns: number | undefined): Promise<void> {
  const asked = extname(path).slice(1)
  if (asked === 'npy') await writeOutput(command, path, encodeNpy(await readRaw(samples)))
  else {
    const { file, extension } = await pictureOf(samples, { columns })
    if (asked !== extension)
      throw new GenError('config', `${command}: expected --out to end in .${extension} or .npy, got '${path}'`)
    await writeOutput(command, path, file)
  }
  console.log(path)
}
