/** Being asked to stop: the first time the work saves and ends, the second time the process ends at once. @module */
import { onReaderGone } from './reader.ts'

/** Signals that ask, with the exit codes by which shells know them. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** What a shell sees of a process whose output no one reads any more. */
const brokenPipe = 141

/**
 * Runs `work` with a signal that SIGINT, SIGTERM and SIGHUP abort, and so does whoever stops reading the output. The process
 * ends with the code that belongs to it, although the work ends well.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stop = (code: number): void => {
    process.exitCode = code
    controller.abort()
  }
  const listeners = Object.entries(codes).map(([name, code]) => {
    const listener = (): void => {
      if (controller.signal.aborted) process.exit(code)
      stop(code)
    }
    process.on(name, listener)
    return [name, listener] as const
  })
  const forget = onReaderGone(() => stop(brokenPipe))
  try {
    return await work(controller.signal)
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener)
    forget()
  }
}
