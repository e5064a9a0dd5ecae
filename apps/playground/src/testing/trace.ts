/** Processor time of a page's threads, which does not depend on what else the machine does. @module */
import type { Page } from 'playwright'

interface TraceEvent {
  readonly name: string
  readonly tid: number
  readonly pid: number
  /** Microseconds of processor time. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Milliseconds of processor time. */
export interface Spent {
  /** The longest task of the page's own thread. */
  readonly longest: number
  /** All tasks of the page's own thread. */
  readonly page: number
  /** All tasks of its workers. */
  readonly workers: number
}

/** What the threads of a page spend while something happens. */
export async function spentDuring(page: Page, during: () => Promise<void>): Promise<Spent> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await session.send('Tracing.start', { categories: 'toplevel,__metadata', transferMode: 'ReportEvents' } as never)
  await during()
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await complete
  const own = tasksOf(events, /^CrRendererMain$/)
  if (own.length === 0) throw new Error('the trace holds no task of the page')
  const sum = (tasks: readonly number[]) => tasks.reduce((total, task) => total + task, 0)
  return { longest: Math.max(...own), page: sum(own), workers: sum(tasksOf(events, /^DedicatedWorker/)) }
}

/** Milliseconds of each task of the threads of a name. */
function tasksOf(events: readonly TraceEvent[], thread: RegExp): number[] {
  const threads = new Set(
    events.flatMap(({ name, tid, pid, args }) =>
      name === 'thread_name' && thread.test(args?.name ?? '') ? [`${pid}/${tid}`] : [],
    ),
  )
  return events.flatMap(({ pid, tid, tdur }) =>
    tdur !== undefined && threads.has(`${pid}/${tid}`) ? [tdur / 1000] : [],
  )
}
