/** The log of a run: a line of JSON for each step, in the parts before a resume too. @module */
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import type { LossPoint } from '../figure/loss-plot.ts'
import { fileError } from '../file-error.ts'

/** Appends to a log. */
export interface RunLog {
  /** @throws GenError 'file'; the next entry is tried again, on a line of its own. */
  append(entry: Readonly<Record<string, unknown>>): Promise<void>
  close(): Promise<void>
}

/** What a log says of a step. */
export interface LoggedStep extends LossPoint {
  /** Seconds of training until then. */
  readonly seconds: number
}

/** Opens a log, which need not be there. */
export async function openLog(command: string, path: string): Promise<RunLog> {
  const file: FileHandle = await open(path, 'a').catch((cause) => {
    throw fileError(command, path, cause)
  })
  let torn = await endsWithinLine(path)
  return {
    append: async (entry) => {
      try {
        await file.appendFile(`${torn ? '\n' : ''}${JSON.stringify(entry)}\n`)
        torn = false
      } catch (cause) {
        torn = true
        throw fileError(command, path, cause)
      }
    },
    close: () => file.close().catch(() => {}),
  }
}

/** Steps of a log, each as it was logged last: what a killed process logged beyond its checkpoint was done again. */
export function loggedSteps(log: string): LoggedStep[] {
  const byStep = new Map<number, LoggedStep>()
  for (const line of log.split('\n')) {
    const { step, loss, seconds = 0 } = parseLine(line)
    if (typeof step !== 'number' || typeof loss !== 'number' || typeof seconds !== 'number') continue
    byStep.set(step, { step, loss, seconds })
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step)
}

/** {@link loggedSteps} of a file; none where it is missing. */
export async function readLog(command: string, path: string): Promise<LoggedStep[]> {
  return loggedSteps(await textOf(command, path))
}

/** The losses on held-out data in a log, each as it was logged last; none where it is missing. */
export async function readHeldOut(command: string, path: string): Promise<LossPoint[]> {
  const byStep = new Map<number, LossPoint>()
  for (const line of (await textOf(command, path)).split('\n')) {
    const { validation: step, heldOut: loss } = parseLine(line)
    if (typeof step === 'number' && typeof loss === 'number') byStep.set(step, { step, loss })
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step)
}

/** Nothing where there is no such file. */
async function textOf(command: string, path: string): Promise<string> {
  try {
    return (await stat(path)).isFile() ? await readFile(path, 'utf8') : ''
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw fileError(command, path, cause)
  }
}

/** A kill or a full disk may have cut a line short. */
function parseLine(line: string): Partial<Record<'step' | 'loss' | 'seconds' | 'validation' | 'heldOut', unknown>> {
  try {
    return JSON.parse(line) ?? {}
  } catch {
    return {}
  }
}

async function endsWithinLine(path: string): Promise<boolean> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  )
  return size > 0 && (await readFile(path)).at(-1) !== 0x0a
}
