/** One worker thread, alike in Node and in browsers. @module */
import { browserWorkerSource, nodeWorkerSource, type WorkerStart } from './worker-source.ts'

/** A started thread. */
export interface WorkerHandle {
  /** Settles when the worker waits for work, or could not start. */
  readonly ready: Promise<void>
  terminate(): void
}

/** Whether shared memory may be used here: always in Node, in browsers only on cross-origin isolated pages. */
export function threadsAllowed(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false
  return isNode() || globalThis.crossOriginIsolated === true
}

/** The number of cores. */
export function coreCount(): number {
  if (isNode()) return process.getBuiltinModule('node:os').availableParallelism()
  return globalThis.navigator?.hardwareConcurrency ?? 1
}

/** Whether this thread may sleep: a browser's main thread may not. */
export function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}

/** Starts a worker. `died` is called, once, if it ends by itself. */
export function startWorker(start: WorkerStart, died: (reason: string) => void): WorkerHandle {
  return isNode() ? nodeWorker(start, died) : browserWorker(start, died)
}

function isNode(): boolean {
  return typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function' && !!process.versions?.node
}

function nodeWorker(start: WorkerStart, died: (reason: string) => void): WorkerHandle {
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  // Flags of the parent (loaders, --input-type) are not for this one.
  const worker = new Worker(nodeWorkerSource, { eval: true, workerData: start, execArgv: [] })
  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', ({ error }: { error?: string }) => {
      // From now on the worker does not keep the process alive.
      worker.unref()
      if (!error) return resolve()
      reject(new Error(error))
      died(error)
    })
    worker.on('error', (error) => {
      reject(error)
      died(String(error))
    })
    worker.on('exit', () => {
      reject(new Error('exited'))
      died('it exited')
    })
  })
  // Whoever waits for it sees the failure; nobody else has to.
  ready.catch(() => undefined)
  return { ready, terminate: () => void worker.terminate() }
}

function browserWorker(start: WorkerStart, died: (reason: string) => void): WorkerHandle {
  const url = URL.createObjectURL(new Blob([browserWorkerSource], { type: 'text/javascript' }))
  const worker = new Worker(url)
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ error?: string }>) => {
      URL.revokeObjectURL(url)
      if (!data.error) return resolve()
      reject(new Error(data.error))
      died(data.error)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      reject(new Error(event.message))
      died(event.message)
    }
  })
  ready.catch(() => undefined)
  worker.postMessage(start)
  return { ready, terminate: () => worker.terminate() }
}
