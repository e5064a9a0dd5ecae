/** `gen sample <folder>`. @module */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { GenError, key } from '@gen/backend'
import { encodeNpy, readRaw } from '@gen/io'
import { readModelFolder } from '@gen/io/node'
import { writeWeights } from '@gen/train'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type CommandDef, defineCommand } from 'citty'
import * as v from 'valibot'
import { startBackend } from '../backend.ts'
import { families } from '../families/index.ts'
import { argumentsOf, choice, type FlagValues, integer, integers, number, text, valuesOf } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { pictureOf } from '../run/picture.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen sample'

const flags = {
  count: integer(64, 'how many samples', { min: 1 }),
  steps: integer(0, 'denoising steps; 0 = as the model says', { min: 0 }),
  guidance: number(-1, 'strength of the class condition; −1 = as the model says', { min: -1 }),
  labels: integers([], 'classes to draw, repeated over the samples, for conditional models', { min: 0 }),
  seed: integer(0, 'seed of the samples', { min: 0 }),
  out: text('samples.png', 'file to write: .png or .svg to look at, .npy for numbers', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

const modelSchema = v.object({
  family: v.string(),
  model: v.unknown(),
  sampleSteps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 20),
  guidance: v.optional(v.number(), 1),
})

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
  const { config, tensors } = await readModelFolder(join(folder, 'model')).catch(() => readModelFolder(folder))
  const parsed = v.safeParse(modelSchema, config)
  const family = parsed.success ? families[parsed.output.family] : undefined
  if (!parsed.success || !family) {
    throw new GenError(
      'file',
      `${command}: expected the folder of a ${Object.keys(families).join(' or ')} model, got ${folder}`,
    )
  }
  await startBackend(values.backend)
  const model = family.open(parsed.output.model)
  writeWeights(model.trainable, tensors)
  const samples = await interruptible((signal) =>
    model.sample({
      count: values.count,
      key: key(values.seed),
      steps: values.steps || parsed.output.sampleSteps,
      guidance: values.guidance < 0 ? parsed.output.guidance : values.guidance,
      labels: values.labels.length > 0 ? values.labels : undefined,
      signal,
    }),
  )
  await save(samples, values.out)
  samples.dispose()
}

async function save(samples: Tensor, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const asked = extname(path).slice(1)
  if (asked === 'npy') await writeFile(path, encodeNpy(await readRaw(samples)))
  else {
    const { file, extension } = await pictureOf(samples)
    if (asked !== extension)
      throw new GenError('config', `${command}: expected --out to end in .${extension} or .npy, got '${path}'`)
    await writeFile(path, file)
  }
  console.log(path)
}
