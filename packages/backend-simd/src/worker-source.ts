/** The program of a worker, as text: it works from a CDN and through any bundler. @module */

/** What a worker is told at its start. */
export interface WorkerStart {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Names of the kernels in the order of their table entries. */
  readonly kernels: readonly string[]
  /** Number of the thread, from 1. */
  readonly index: number
  /** Number of the team it belongs to. */
  readonly team: number
  readonly failedAddress: number
}

const body = `
function live({ module, memory, kernels, index, team, failedAddress }, tell) {
  const flags = new Int32Array(memory.buffer)
  try {
    const env = { memory, stalled: () => 0, abort() {} }
    const { exports } = new WebAssembly.Instance(module, { env })
    for (const name of kernels) exports.table.grow(1, exports[name])
    tell({ ready: true })
    exports.work(index, team)
  } catch (error) {
    Atomics.store(flags, failedAddress >> 2, 1)
    tell({ error: String(error) })
  }
}`

/** For `new Worker(source, { eval: true, workerData })` in Node. */
export const nodeWorkerSource: string = `'use strict'
const { parentPort, workerData } = require('node:worker_threads')
${body}
live(workerData, (message) => parentPort.postMessage(message))`

/** For a Blob in a browser; it is started by its first message. */
export const browserWorkerSource: string = `'use strict'
${body}
onmessage = ({ data }) => live(data, (message) => postMessage(message))`
