/** Names of temporary folders that tell whether whoever made them still lives. @module */
import { randomUUID } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const prefix = '.tmp-'
const pattern = /^\.tmp-(?<host>[\w.-]*)-(?<pid>\d+)-(?<use>[a-z]+)-(?<step>\d+)-[\da-f]+$/
const host = hostname().replace(/[^\w.]/g, '_')
const oneDay = 86_400_000

/** A temporary folder found in a store. */
export interface Temporary {
  readonly name: string
  readonly use: string
  readonly step: number
}

/** A name that no other process, thread or call uses. */
export function temporaryName(use: string, step: number): string {
  return `${prefix}${host}-${process.pid}-${use}-${step}-${randomUUID().replaceAll('-', '')}`
}

/** The temporaries in a folder whose makers are gone. */
export async function staleTemporaries(folder: string): Promise<Temporary[]> {
  const stale: Temporary[] = []
  for (const name of await readdir(folder)) {
    const parts = pattern.exec(name)?.groups
    if (parts && (await isStale(join(folder, name), parts.host as string, Number(parts.pid)))) {
      stale.push({ name, use: parts.use as string, step: Number(parts.step) })
    }
  }
  return stale
}

/** Removes a temporary; that it is gone already, or cannot go now, is no one's trouble. */
export async function discard(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {})
}

/** The time of the last change of the folder or its name: renaming a folder does not touch its modification time. */
async function isStale(path: string, madeOn: string, pid: number): Promise<boolean> {
  const changed = await stat(path).then(
    (stats) => stats.ctimeMs,
    () => undefined,
  )
  if (changed === undefined) return false
  if (Date.now() - changed > oneDay) return true
  if (madeOn !== host) return false
  // In containers a new process often has the number of the killed one: then the time it started at decides.
  if (pid === process.pid) return changed < Date.now() - process.uptime() * 1000 - 1000
  return !isAlive(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
