/** A run's folder: options, log, loss curve, samples, checkpoints and the finished model in one place. @module */
import { readFile, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GenError, refusal } from '@gen/backend'
import { type CheckpointStore, folderStore, makeFolder } from '@gen/io/node'
import { lossPlot } from '../figure/loss-plot.ts'
import { fileError } from '../file-error.ts'
import { writeOutput } from '../write-output.ts'
import { lockRun, type RunLock } from './run-lock.ts'
import { type LoggedStep, openLog, type RunLog, readHeldOut, readLog } from './run-log.ts'

/** The files of one training run, which is locked until it is closed. All functions throw a GenError 'file'. */
export interface RunFolder {
  readonly path: string
  /** Before each save, what was removed from under the run is put back. */
  readonly checkpoints: CheckpointStore
  /** Appends a line of JSON to `log.jsonl`. */
  log(entry: Readonly<Record<string, unknown>>): Promise<void>
  /** The steps that are in the log, those before a resume too. */
  logged(): Promise<LoggedStep[]>
  /** Writes `config.json`. */
  setConfig(config: unknown): Promise<void>
  /** Writes `samples/<name>`. */
  saveSamples(name: string, file: Uint8Array | string): Promise<string>
  /** Draws `loss.svg` from the whole log. */
  plot(title: string): Promise<void>
  close(): Promise<void>
}

const command = 'gen train'
const configName = 'config.json'
const logName = 'log.jsonl'

/** The recorded options of the run in `path`. */
export async function readRunConfig(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(path, configName), 'utf8'))
  } catch (cause) {
    throw new GenError(
      'file',
      `${command}: expected a run with a readable config.json in ${path}; pass the folder of a run to --resume`,
      { cause },
    )
  }
}

/**
 * Refuses a folder in which a run is.
 *
 * @throws GenError 'file'.
 */
export async function assertNoRun(path: string): Promise<void> {
  const found = await Promise.all(
    [configName, 'checkpoints'].map((name) => stat(join(path, name)).catch(() => undefined)),
  )
  if (found.every((stats) => stats === undefined)) return
  throw refusal('file', command, {
    expected: 'an empty folder',
    got: `the run in ${path}`,
    remedy: 'pass --resume to go on with it, or another --out',
  })
}

/** Starts a run in a new folder; the options are on the disk before any work begins. Where that fails, nothing is left. */
export async function createRun(path: string, config: unknown): Promise<RunFolder> {
  const made = await makeFolder(path).catch((cause) => {
    throw fileError(command, path, cause)
  })
  let lock: RunLock | undefined
  let mine = false
  try {
    lock = await lockRun(command, path)
    await assertNoRun(path)
    mine = true
    await writeOutput(command, join(path, configName), jsonOf(config))
    return await openLocked(path, config, lock)
  } catch (error) {
    if (mine) for (const name of [configName, logName]) await rm(join(path, name), { force: true }).catch(() => {})
    await lock?.release()
    if (made !== undefined) await removeEmpty(path, made)
    throw error
  }
}

/** Opens the folder of a run to go on with it. */
export async function openRun(path: string, config: unknown): Promise<RunFolder> {
  const lock = await lockRun(command, path)
  try {
    return await openLocked(path, config, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function openLocked(path: string, firstConfig: unknown, firstLock: RunLock): Promise<RunFolder> {
  let [config, lock] = [firstConfig, firstLock]
  let log: RunLog = await openLog(command, join(path, logName))
  const setConfig = async (next: unknown): Promise<void> => {
    config = next
    await writeOutput(command, join(path, configName), jsonOf(config))
  }
  const putBack = async (): Promise<void> => {
    if (await stat(join(path, configName)).catch(() => undefined)) return
    await setConfig(config)
    await lock.release()
    lock = await lockRun(command, path)
    await log.close()
    log = await openLog(command, join(path, logName))
  }
  const store = folderStore(join(path, 'checkpoints'))
  return {
    path,
    checkpoints: {
      ...store,
      save: async (step, files) => {
        await putBack()
        return store.save(step, files)
      },
    },
    log: (entry) => log.append(entry),
    logged: () => readLog(command, join(path, logName)),
    setConfig,
    saveSamples: async (name, file) => {
      const target = join(path, 'samples', name)
      await writeOutput(command, target, file)
      return target
    },
    plot: async (title) => {
      const points = await readLog(command, join(path, logName))
      const heldOut = await readHeldOut(command, join(path, logName))
      if (points.length > 1) await writeOutput(command, join(path, 'loss.svg'), lossPlot(points, { title, heldOut }))
    },
    close: async () => {
      await log.close()
      await lock.release()
    },
  }
}

/** Infinity is no JSON number: a word that the flags read back. */
function jsonOf(config: unknown): string {
  const words = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? `${value}` : value
  return `${JSON.stringify(config, words, 2)}\n`
}

/** Removes folders from `path` up to `top`, as long as they are empty. */
async function removeEmpty(path: string, top: string): Promise<void> {
  for (let folder = path; folder.length >= top.length; folder = dirname(folder)) {
    try {
      await rmdir(folder)
    } catch {
      return
    }
  }
}
