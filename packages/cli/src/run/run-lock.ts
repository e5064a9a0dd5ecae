/** One process at a time trains in a run's folder. @module */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { GenError, refusal } from '@gen/backend'
import * as v from 'valibot'
import { fileError } from '../file-error.ts'
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts'

/** Held until it is released, or the process ends. */
export interface RunLock {
  release(): Promise<void>
}

const lockName = 'lock'
const ownerName = 'owner.json'
const movedPrefix = '.lock-moved-'
const attempts = 100

const ownerSchema: v.GenericSchema<unknown, ProcessIdentity> = v.object({
  host: v.string(),
  pid: v.pipe(v.number(), v.integer()),
  started: v.nullable(v.string()),
})

/**
 * Locks the folder of a run. A lock is a folder that is renamed into place with its owner inside, which the file system lets
 * one of several processes do; the lock of a process that is gone is renamed away first, and only then judged, so that of
 * several that find it only one takes it.
 *
 * @throws GenError 'file' naming the process that holds it, or when the folder cannot be written.
 */
export async function lockRun(command: string, folder: string): Promise<RunLock> {
  const place = join(folder, lockName)
  const mine = join(folder, `.lock-${randomUUID()}`)
  try {
    await mkdir(mine)
    await writeFile(join(mine, ownerName), JSON.stringify(await thisProcess()))
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (await renamed(mine, place)) return await held(command, folder, place)
      await makeWay(command, folder, place)
    }
  } catch (cause) {
    await rm(mine, { recursive: true, force: true }).catch(() => {})
    throw GenError.is(cause) ? cause : fileError(command, folder, cause)
  }
  await rm(mine, { recursive: true, force: true })
  throw refusal('file', command, { expected: `to lock ${folder}`, got: 'no turn', remedy: 'try again' })
}

/** Takes the lock of a dead process away; that of a living one stays, or comes back. */
async function makeWay(command: string, folder: string, place: string): Promise<void> {
  const owner = await ownerOf(place)
  if (owner === undefined) return
  if (await isRunning(owner)) throw inUse(command, folder, place, owner)
  const moved = join(folder, `${movedPrefix}${randomUUID()}`)
  if (!(await renamed(place, moved))) return
  const taken = await ownerOf(moved)
  if (taken === undefined || !(await isRunning(taken))) {
    await rm(moved, { recursive: true, force: true })
    return
  }
  // Between the two looks another process took the dead one's place. Whoever came since gives way to what was moved.
  for (let attempt = 0; attempt < attempts && !(await renamed(moved, place)); attempt++) await wait(10)
  throw inUse(command, folder, place, taken)
}

/** The lock is ours, unless a living process's was just moved away by mistake. */
async function held(command: string, folder: string, place: string): Promise<RunLock> {
  for (const name of await readdir(folder)) {
    const owner = name.startsWith(movedPrefix) ? await ownerOf(join(folder, name)) : undefined
    if (!owner || !(await isRunning(owner))) continue
    await rm(place, { recursive: true, force: true })
    throw inUse(command, folder, place, owner)
  }
  const releaseAtExit = () => rmSync(place, { recursive: true, force: true })
  process.on('exit', releaseAtExit)
  return {
    release: async () => {
      process.off('exit', releaseAtExit)
      await rm(place, { recursive: true, force: true }).catch(() => {})
    },
  }
}

/** A rename that fails where the target is there, or the source is gone. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM'].includes(code)) return false
    throw error
  }
}

/** Whose lock cannot be read: it was whole when it came into place, so the machine stopped since. */
const nobody: ProcessIdentity = { host: hostname(), pid: 0, started: null }

/** The owner of a lock; `undefined` where there is none. */
async function ownerOf(lock: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(lock, ownerName), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const parsed = v.safeParse(ownerSchema, JSON.parse(text))
    if (parsed.success) return parsed.output
  } catch {}
  return nobody
}

function inUse(command: string, folder: string, place: string, { host, pid }: ProcessIdentity): GenError {
  return refusal('file', command, {
    expected: 'a run that no one trains',
    got: `${folder}, in which process ${pid} on ${host} trains`,
    remedy: `wait for it or stop it, or remove ${place} if it is gone`,
    details: { host, pid },
  })
}
