/** `gen merge <folder>`. @module */
import { extname } from 'node:path'
import { refusal } from '@gen/backend'
import { encodeNpy } from '@gen/io'
import { type Command, defineCommand } from '../command.ts'
import { type FlagValues, text } from '../flags.ts'
import { encodePart } from '../parts/part-file.ts'
import { readParts } from '../parts/read-parts.ts'
import { joinedSamples } from '../parts/samples.ts'
import { writeOutput } from '../write-output.ts'

const command = 'gen merge'

const flags = {
  out: text('samples.npy', 'file to write: .npy, or .npz with how they were drawn', 'path'),
}

/** The command that puts the parts of a draw together. */
export const mergeCommand: Command = defineCommand({
  name: command,
  description: 'put together what gen sample --shard drew, bit by bit as one machine draws it',
  positionals: [{ name: 'folder', description: 'a folder with all parts of one draw' }],
  flags,
  run: (values, [folder = '']) => merge(folder, values),
})

async function merge(folder: string, { out }: FlagValues<typeof flags>): Promise<void> {
  const extension = extname(out)
  if (extension !== '.npy' && extension !== '.npz') {
    throw refusal('config', command, { expected: '--out to end in .npy or .npz', got: `'${out}'` })
  }
  const parts = await readParts(command, folder)
  const { x, y } = joinedSamples(command, parts)
  const about = { ...parts[0].about, shard: { index: 0, of: 1 } }
  await writeOutput(command, out, extension === '.npy' ? encodeNpy(x) : encodePart(about, { x, ...(y && { y }) }))
  const { of } = parts[0].about.shard
  console.log(`${out}: ${about.draw.count.toLocaleString('en')} samples of ${of} ${of === 1 ? 'part' : 'parts'}`)
}
