/** All parts of one draw, in a folder: none lost, none double, none of another draw. @module */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type GenError, refusal } from '@gen/backend'
import { differences } from './draw.ts'
import { type Part, readPart } from './part-file.ts'

/** Files of a folder that may be parts, by name; what is being written begins with a dot. */
export async function partNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name.endsWith('.npz') && !name.startsWith('.')).sort()
}

/**
 * Reads the parts of a draw, in order.
 *
 * @throws GenError 'file' for a file that is no part; 'config' naming parts of different draws, parts that are there twice, and
 * parts that are missing.
 */
export async function readParts(command: string, folder: string): Promise<[Part, ...Part[]]> {
  const parts: Part[] = []
  for (const name of await partNames(folder)) parts.push(await readPart(command, join(folder, name)))
  const [first, ...others] = parts
  if (!first)
    throw refused(command, `parts of samples in ${folder}`, 'no .npz file', 'write them with gen sample --shard')
  for (const part of others) assertAlike(command, first, part)
  const ordered = parts.toSorted((a, b) => a.about.shard.index - b.about.shard.index)
  assertOnce(command, ordered)
  assertComplete(command, folder, ordered)
  return ordered as [Part, ...Part[]]
}

function assertAlike(command: string, a: Part, b: Part): void {
  const kinds = a.about.kind !== b.about.kind && [a.about.kind, b.about.kind]
  const numbers = a.about.shard.of !== b.about.shard.of && [`${a.about.shard.of} shards`, `${b.about.shard.of} shards`]
  const found = kinds || numbers || differences(a.about.draw, b.about.draw)
  if (!found) return
  const got = `${found[0]} in ${a.path} and ${found[1]} in ${b.path}`
  throw refused(command, 'parts of one draw', got, 'keep each draw in a folder of its own')
}

function assertOnce(command: string, parts: readonly Part[]): void {
  for (const [i, { path, about }] of parts.entries()) {
    const next = parts[i + 1]
    if (next?.about.shard.index !== about.shard.index) continue
    const shard = `shard ${about.shard.index}/${about.shard.of}`
    throw refused(command, `${shard} once`, `it in ${path} and in ${next.path}`, 'take one of them away')
  }
}

function assertComplete(command: string, folder: string, parts: readonly Part[]): void {
  const present = new Set(parts.map(({ about }) => about.shard.index))
  const { of = 1 } = parts[0]?.about.shard ?? {}
  const lost = Array.from({ length: of }, (_, index) => index).filter((index) => !present.has(index))
  if (lost.length === 0) return
  const some = lost.slice(0, 10).map((index) => `${index}/${of}`)
  const more = lost.length > some.length ? ` and ${lost.length - some.length} more` : ''
  const remedy = `run gen sample again with --shard ${some[0]}`
  throw refused(command, `all ${of} shards in ${folder}`, `none of ${some.join(', ')}${more}`, remedy)
}

function refused(command: string, expected: string, got: string, remedy: string): GenError {
  return refusal('config', command, { expected, got, remedy })
}
