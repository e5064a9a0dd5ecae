/** Loading a checkpoint: verified, or an error that says what is wrong. @module */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertInteger, refusal } from '@gen/backend'
import { failure } from '../checkpoints/failure.ts'
import { stepName } from '../checkpoints/step-name.ts'
import { manifestName, maxManifestBytes, parseManifest, sha256 } from './manifest.ts'
import { sizeOf } from './size-of.ts'

/** Reads and verifies the files of a step; `list` gives the steps there are, for the error. */
export async function loadCheckpoint(
  path: string,
  step: number,
  list: () => Promise<number[]>,
): Promise<Record<string, Uint8Array>> {
  const where = 'io.folderStore.load'
  assertInteger(where, 'step', step, { min: 0 })
  const folder = join(path, stepName(step))
  const manifestBytes = await sizeOf(join(folder, manifestName))
  if (manifestBytes === undefined || manifestBytes > maxManifestBytes) {
    const steps = await list()
    throw refusal('file', where, {
      expected: `a checkpoint of step ${step} in ${path}`,
      got: steps.length > 0 ? `steps ${steps.join(', ')}` : 'none',
    })
  }
  try {
    const manifest = parseManifest(where, await readFile(join(folder, manifestName), 'utf8'))
    if (manifest.step !== step) {
      throw refusal('file', where, { expected: `the manifest of step ${step}`, got: `one of step ${manifest.step}` })
    }
    const files: [string, Uint8Array][] = []
    for (const [name, expected] of Object.entries(manifest.files))
      files.push([name, await readVerified(where, folder, name, expected)])
    return Object.fromEntries(files)
  } catch (cause) {
    throw failure(where, `step ${step}`, cause)
  }
}

/** The size is compared before the file is read: a file that grew is not allocated. */
async function readVerified(
  where: string,
  folder: string,
  name: string,
  expected: { bytes: number; sha256: string },
): Promise<Uint8Array> {
  const file = join(folder, name)
  const remedy = 'the checkpoint is damaged: remove its folder and resume from an earlier one'
  const size = await sizeOf(file)
  if (size !== expected.bytes) {
    throw refusal('file', where, {
      expected: `${file} to have ${expected.bytes} bytes`,
      got: size ?? 'no such file',
      remedy,
    })
  }
  const data = await readFile(file)
  if (sha256(data) !== expected.sha256) {
    throw refusal('file', where, { expected: `${file} to match its checksum`, got: 'other bytes', remedy })
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
