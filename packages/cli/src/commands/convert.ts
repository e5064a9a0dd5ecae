/** `gen convert <folder>`. @module */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refusal } from '@gen/backend'
import { diffusionFromDiffusers, modelToOnnx, type OnnxWritable } from '@gen/convert'
import { openModel as open } from '@gen/open'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { choice, type FlagValues, text } from '../flags.ts'
import { writeOutput } from '../write-output.ts'

const command = 'gen convert'

const flags = {
  to: choice('onnx', ['onnx'], 'what to write'),
  out: text('', 'the folder to write to', 'path', 'onnx/ in the folder'),
}

/** The command that writes a model as others read it. */
export const convertCommand: Command = defineCommand({
  name: command,
  description: 'write a model, ours or a pipeline of diffusers, as ONNX files',
  positionals: [{ name: 'folder', description: 'a model folder, the folder of a run, or one of diffusers' }],
  flags,
  run: (values, [folder = '']) => convert(folder, values),
})

async function convert(folder: string, { to, out }: FlagValues<typeof flags>): Promise<void> {
  // Nothing is computed but the steps that the files hold.
  await startBackend('cpu')
  const model = await anyModel(folder)
  const files = await modelToOnnx(model)
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(out || join(folder, to), name)
    await writeOutput(command, path, bytes)
    console.log(path)
  }
}

/** diffusers says in its configs what class they are of; ours do not. */
async function anyModel(folder: string): Promise<OnnxWritable> {
  const read = (name: string) => fileOrNothing(join(folder, name))
  const config = (await read('unet/config.json')) ?? (await read('config.json'))
  const isPeer = config !== undefined && new TextDecoder().decode(config).includes('"_class_name"')
  if (isPeer) return (await diffusionFromDiffusers(read)).model as unknown as OnnxWritable
  return (await open(folder)).own as unknown as OnnxWritable
}

async function fileOrNothing(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw refusal('file', command, { expected: `to read ${path}`, got: (cause as Error).message, cause })
  }
}
