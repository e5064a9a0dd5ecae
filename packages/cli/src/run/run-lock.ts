/** One process at a time trains in a run's folder. @module */
import { randomUUID } from 'node:crypto'
import { renameSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
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
const claimPrefix = 'claim-'
const movedPrefix = '.lock-moved-'
const attempts = 100

const ownerSchema: v.GenericSchema<unknown, ProcessIdentity> = v.object({
  host: v.string(),
  pid: v.pipe(v.number(), v.integer()),
  started: v.nullable(v.string()),
})

/**
 * Locks the folder of a run. A lock is a folder that is renamed into place with its owner inside, which the file system lets one of
 * several processes do. The lock of a process that is gone is moved away by the one process whose claim came to stand in it.
 *
 * @throws GenError 'file' naming the process that holds it, or when the folder cannot be written.
 */
export async function lockRun(command: string, folder: string): Promise<RunLock> {
  const place = join(folder, lockName)
  const mine = join(folder, `.lock-${randomUUID()}`)
  try {
    await makeOwned(mine)
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (await renamed(mine, place)) return await held(folder, place)
      await makeWay(command, folder, place)
    }
  } catch (cause) {
    await rm(mine, { recursive: true, force: true }).catch(() => {})
    throw GenError.is(cause) ? cause : fileError(command, folder, cause)
  }
  await rm(mine, { recursive: true, force: true })
  throw refusal('file', command, { expected: `to lock ${folder}`, got: 'no turn', remedy: 'try again' })
}

/** A folder with this process as its owner, to be renamed into place. */
async function makeOwned(path: string): Promise<void> {
  await mkdir(path)
  await writeFile(join(path, ownerName), JSON.stringify(await thisProcess()))
}

/** Takes the lock of a dead process away; that of a living one stays. */
async function makeWay(command: string, folder: string, place: string): Promise<void> {
  const owner = await ownerOf(place)
  if (owner === undefined) return
  if (await isRunning(owner)) throw inUse(command, folder, place, owner)
  if (!(await claimed(command, folder, place))) return
  // Between the two looks another may have taken the dead one's place; from here on only we may take it away.
  const now = await ownerOf(place)
  if (now === undefined) return
  if (await isRunning(now)) throw inUse(command, folder, place, now)
  await removed(folder, place)
}

/** Whether our claim came to stand in a lock. One of a living process stands for good, one of a dead process is followed by the next. */
async function claimed(command: string, folder: string, place: string): Promise<boolean> {
  const names = await readdir(place).catch((): string[] => [])
  const last = Math.max(
    0,
    ...names.map((name) => (name.startsWith(claimPrefix) && Number(name.slice(claimPrefix.length))) || 0),
  )
  const before = last > 0 ? await ownerOf(join(place, `${claimPrefix}${last}`)) : undefined
  if (before && (await isRunning(before))) throw inUse(command, folder, place, before)
  const claim = join(folder, `.lock-${randomUUID()}`)
  await makeOwned(claim)
  const stands = await renamed(claim, join(place, `${claimPrefix}${last + 1}`))
  if (!stands) await rm(claim, { recursive: true, force: true })
  return stands
}

/** The lock is ours; what those left who died while they took one away is removed. */
async function held(folder: string, place: string): Promise<RunLock> {
  for (const name of await readdir(folder))
    if (name.startsWith(movedPrefix)) await rm(join(folder, name), { recursive: true, force: true })
  const releaseAtExit = () => {
    const moved = movedName(folder)
    try {
      renameSync(place, moved)
      rmSync(moved, { recursive: true })
    } catch {}
  }
  process.on('exit', releaseAtExit)
  return {
    release: async () => {
      process.off('exit', releaseAtExit)
      await removed(folder, place).catch(() => {})
    },
  }
}

const movedName = (folder: string): string => join(folder, `${movedPrefix}${randomUUID()}`)

/**
 * Takes a lock away as a whole. Emptied in its place it would for a moment be an empty folder, which another's lock could take the
 * place of, and be emptied in its turn.
 */
async function removed(folder: string, place: string): Promise<void> {
  const moved = movedName(folder)
  if (await renamed(place, moved)) await rm(moved, { recursive: true, force: true })
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
