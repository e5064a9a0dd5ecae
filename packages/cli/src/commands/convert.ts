/** `gen convert <folder>`. @module */
import { join } from 'node:path'
import { refusal } from '@gen/backend'
import {
  convertedCard,
  diffusionToDiffusers,
  isUnet2D,
  modelFromPytorch,
  modelToOnnx,
  modelToPytorch,
  type OnnxWritable,
} from '@gen/convert'
import { encodeSafetensors } from '@gen/io'
import type { SamplingDefaults } from '@gen/open'
import { readWeights, variablesOf } from '@gen/train'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import type { FamilyModel } from '../families/family.ts'
import { choice, type FlagValues, text } from '../flags.ts'
import { folderKind, folderReader, openAnyFolder } from '../run/foreign-folder.ts'
import { openModel } from '../run/open-model.ts'
import { trainingOfRun } from '../run/training-of-run.ts'
import { writeOutput } from '../write-output.ts'
import type { StoredSampling } from './train-flags.ts'

const command = 'gen convert'
const targets = ['onnx', 'pytorch', 'diffusers', 'gen'] as const

const flags = {
  to: choice('onnx', targets, 'what to write; gen: a model folder of ours'),
  out: text('', 'the folder to write to', 'path', 'a folder of that name in the folder'),
  license: text('', 'license of the weights for the model card, as an SPDX identifier', 'name', 'none said'),
}

/** The command that writes a model as others read it, and what others wrote as ours. */
export const convertCommand: Command = defineCommand({
  name: command,
  description: 'write a model for others, or that of others as ours: ONNX, PyTorch, diffusers',
  positionals: [
    {
      name: 'folder',
      description: 'a model folder, the folder of a run, of a PyTorch module of ours, or of diffusers',
    },
  ],
  flags,
  run: (values, [folder = '']) => convert(folder, values),
})

type Files = Record<string, Uint8Array>

async function convert(folder: string, { to, out, license }: FlagValues<typeof flags>): Promise<void> {
  // Nothing is computed but the steps that the files hold.
  await startBackend('cpu')
  const written = await writers[to](folder)
  const { family, model, data } = await openModel(command, folder)
  const about = { family, shape: model.shape, parameters: parametersOf(model), data, to, ...(license && { license }) }
  const files: Record<string, Uint8Array | string> = { ...written, 'README.md': convertedCard(about) }
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(out || join(folder, to), name)
    await writeOutput(command, path, bytes)
    console.log(path)
  }
}

/** As a model folder has it. */
function storedSampling({ steps: sampleSteps, ...sampling }: SamplingDefaults): StoredSampling {
  return { sampleSteps, ...sampling }
}

function parametersOf({ trainable }: FamilyModel): number {
  return Object.values(variablesOf(trainable)).reduce((sum, { size }) => sum + size, 0)
}

const writers: Readonly<Record<(typeof targets)[number], (folder: string) => Promise<Files>>> = {
  onnx: async (folder) => modelToOnnx((await openAnyFolder(command, folder)).own as unknown as OnnxWritable),
  pytorch: toPytorch,
  diffusers: toDiffusers,
  gen: toGen,
}

async function toPytorch(folder: string): Promise<Files> {
  const { own, data, sampling } = await openAnyFolder(command, folder)
  const config = { ...(data !== undefined && { data }), ...storedSampling(sampling) }
  const training = await trainingOfRun(folder)
  return modelToPytorch(own, { config, ...(training && { training }) })
}

async function toDiffusers(folder: string): Promise<Files> {
  const { family, own } = await openAnyFolder(command, folder)
  if (family === 'diffusion' && isUnet2D(own.network)) {
    return diffusionToDiffusers({ model: own, network: own.network })
  }
  throw refusal('config', command, {
    expected: "a diffusion model whose U-Net is of diffusers' make, for --to diffusers",
    got: `a ${family} model of other networks`,
    remedy: 'pass --to pytorch, or train with gen train diffusion --network unet2d, or --from <folder of diffusers>',
  })
}

async function toGen(folder: string): Promise<Files> {
  if ((await folderKind(command, folder)) === 'pytorch') return modelFromPytorch(folderReader(command, folder))
  const { family, own, data, sampling } = await openAnyFolder(command, folder)
  const config = { family, model: own.config, data, ...storedSampling(sampling) }
  return {
    'config.json': new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`),
    'model.safetensors': encodeSafetensors(await readWeights(own)),
  }
}
