/** The pool of workers, and the call that hands a kernel's chunks to them. @module */
import { simdError } from './errors.ts'
import { argumentsAddress, failedAddress, teamAddress, ticketAddress } from './shared/layout.ts'
import { mayWait, startWorker, type WorkerHandle } from './worker.ts'

/** The most threads a pool may have. */
export const maximumThreads = 64

/** What the pool needs of an instance of the program. */
export interface PoolProgram {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly kernels: readonly string[]
  parallel(kernel: number, args: number, chunks: number, workers: number): number
  finish(chunks: number, mayWait: number): number
}

/** Options of {@link threadPool}. */
export interface PoolOptions {
  /** A kernel that makes no progress for so long is given up, in milliseconds. @default 30000 */
  stallTimeout?: number
}

/** Workers that wait for chunks. The calling thread is one of the `threads()`. */
export interface ThreadPool {
  threads(): number
  /** Starts workers or sends some to sleep; settles when all of them wait for work. */
  setThreads(count: number): Promise<void>
  /** Begins a kernel, whose arguments stand at `argumentsAddress`; the one before must be finished. See `Program.run`. */
  run(kernel: number, chunks: number): void
  /** Waits until it is done. */
  finish(): void
  /** The program's import: whether to give up, asked while a job takes long. */
  stalled(completed: number): number
  dispose(): void
}

/** Makes a pool without workers. The program is given later because it imports `stalled`. */
export function threadPool(program: () => PoolProgram, { stallTimeout = 30_000 }: PoolOptions = {}): ThreadPool {
  let workers: WorkerHandle[] = []
  let threads = 1
  let team = 1
  let lost = ''
  /** Chunks of the job that has begun (0: none), and whether a worker has died since. */
  let begun = 0
  let died = false
  let waitingSince = 0
  let progress = -1
  let waits: number | undefined

  const words = () => new Int32Array(program().memory.buffer)

  function admit(count: number): void {
    threads = count
    Atomics.store(words(), teamAddress >> 2, team * 256 + count)
    Atomics.notify(words(), teamAddress >> 2)
  }

  /** Lets all workers go: whatever they are doing, none of them can claim a chunk from now on. */
  function dissolve(): void {
    if (workers.length === 0) return
    died = false
    team++
    admit(1)
    Atomics.store(words(), ticketAddress >> 2, 0)
    for (const worker of workers) worker.terminate()
    workers = []
  }

  function start(index: number): WorkerHandle {
    const { module, memory, kernels } = program()
    const own = team
    return startWorker({ module, memory, kernels, index, team, failedAddress }, (reason) => {
      if (own !== team) return
      lost = reason
      // What it left of a job is still to be done.
      if (begun > 0) died = true
      else dissolve()
    })
  }

  async function setThreads(count: number): Promise<void> {
    // A worker that finds another team than its own goes home: the team is announced before anyone starts.
    if (count > 1) admit(threads)
    for (let index = workers.length + 1; index < count; index++) workers.push(start(index))
    try {
      await Promise.all(workers.slice(0, count - 1).map((worker) => worker.ready))
    } catch (cause) {
      finish()
      dissolve()
      throw simdError('backend', `backend-simd.setThreads: a worker did not start (${cause}); pass threads: 1`, {
        cause,
      })
    }
    // The job that has begun has scratch for as many threads as there were.
    finish()
    if (workers.length > 0) admit(count)
  }

  function stalled(completed: number): number {
    if (Atomics.load(words(), failedAddress >> 2) !== 0) return 1
    const now = performance.now()
    if (completed !== progress || waitingSince === 0) {
      progress = completed
      waitingSince = now
    }
    return now - waitingSince > stallTimeout ? 1 : 0
  }

  function run(kernel: number, chunks: number): void {
    begun = program().parallel(kernel, argumentsAddress, chunks, threads - 1)
  }

  function finish(): void {
    if (begun === 0) return
    const chunks = begun
    // Whatever comes of it, it is over then.
    begun = 0
    waitingSince = 0
    waits ??= mayWait() ? 1 : 0
    let failed = 1
    try {
      failed = program().finish(chunks, waits)
    } finally {
      if (failed) abandon()
    }
    if (failed) throw stallError(lost, stallTimeout)
    if (died) dissolve()
  }

  /** After a failed job nothing is known about the workers: the rest of the program runs on this thread. */
  function abandon(): void {
    if (workers.length === 0) return
    lost = Atomics.exchange(words(), failedAddress >> 2, 0) ? 'it trapped' : `no progress in ${stallTimeout} ms`
    dissolve()
  }

  function dispose(): void {
    try {
      finish()
    } finally {
      dissolve()
    }
  }

  return { threads: () => threads, setThreads, run, finish, stalled, dispose }
}

function stallError(reason: string, stallTimeout: number): Error {
  return simdError(
    'backend',
    `backend-simd.run: expected every worker to finish its part of the kernel, but one was lost (${reason}), so the result of the kernel before this call is void; the backend goes on with one thread, setThreads(n) starts new workers`,
    { details: { reason, stallTimeout } },
  )
}
