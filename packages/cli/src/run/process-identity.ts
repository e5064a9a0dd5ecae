/** Which process this is, so that others can tell whether it still runs. @module */
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** A process on a machine. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** When the system started it, in its own count: the number of a dead process is given again. Linux only. */
  readonly started: string | null
}

/** The running process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  return { host: hostname(), pid: process.pid, started: await startOf(process.pid) }
}

/** Whether a process still runs; that of another machine is taken to do so. */
export async function isRunning({ host, pid, started }: ProcessIdentity): Promise<boolean> {
  if (host !== hostname()) return true
  if (pid < 1) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return started === null || (await startOf(pid)) === started
}

/** Field 22 of `/proc/<pid>/stat`; the command in field 2 may hold spaces and brackets. */
async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
