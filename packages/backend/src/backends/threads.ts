/** On how many threads the running backend computes, and why not on more. @module */
import type { BackendName } from './names.ts'
import { inNode } from './runtime.ts'

/** Threads of the CPU that a backend computes on. */
export interface BackendThreads {
  /** The calling one among them; left out where the GPU computes or the number is not known. */
  readonly threads?: number
  /** Why there is only one, and what to do. */
  readonly threadsReason?: string
}

/** The threads of a backend that has started. */
export async function threadsOf(name: BackendName): Promise<BackendThreads> {
  if (name === 'simd') {
    const { getThreads } = await import('@gen/backend-simd')
    return withReason(getThreads(), 'it was registered with threads: 1; call setThreads(2) of @gen/backend-simd')
  }
  if (name === 'wasm') {
    const reason = inNode() ? 'tfjs-backend-wasm has no threads in Node; use simd' : 'tfjs-backend-wasm chose so'
    return withReason(Math.max(1, await wasmThreads()), reason)
  }
  if (name === 'cpu') return { threads: 1, threadsReason: 'cpu is plain JavaScript; use simd' }
  return {}
}

/** For webpack a package that is not installed is an error, unless its import is in a `try`. */
async function wasmThreads(): Promise<number> {
  try {
    return (await import('@tensorflow/tfjs-backend-wasm')).getThreadsCount()
  } catch {
    return 1
  }
}

function withReason(threads: number, otherwise: string): BackendThreads {
  return threads > 1 ? { threads } : { threads: 1, threadsReason: notShared() ?? singleCore() ?? otherwise }
}

/** Why memory cannot be shared among threads here. */
function notShared(): string | undefined {
  if (!inNode() && globalThis.crossOriginIsolated !== true) {
    return 'the page is not cross-origin isolated; serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp'
  }
  return typeof SharedArrayBuffer === 'undefined' ? 'this engine has no SharedArrayBuffer' : undefined
}

function singleCore(): string | undefined {
  const cores = inNode() ? process.getBuiltinModule('node:os').availableParallelism() : navigator.hardwareConcurrency
  return cores === 1 ? 'this machine has one core' : undefined
}
