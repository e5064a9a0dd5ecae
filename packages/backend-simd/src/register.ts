/** Makes the backend known to tfjs. @module */
import '@tensorflow/tfjs-backend-cpu'
import { engine, findBackend, getKernelsForBackend, registerBackend, registerKernel } from '@tensorflow/tfjs-core'
import { SimdBackend } from './backend.ts'
import type { SimdBuild } from './build.ts'
import { simdError } from './errors.ts'
import { fastKernels } from './kernels/all.ts'
import { fallback } from './kernels/kernel.ts'
import { assertThreads, type ProgramOptions } from './program.ts'
import { startBackend } from './start.ts'

/** Options of {@link registerSimdBackend}. */
export interface SimdBackendOptions extends ProgramOptions {
  /** tfjs prefers the backend with the highest priority; its own cpu backend has 1, webgl 2, webgpu 3. @default 2 */
  priority?: number
}

/**
 * Registers the backend `simd` and its kernels; the program is loaded and the workers start when tfjs first asks for it
 * (`await tf.setBackend('simd')`). Later calls change nothing, unless `tf.removeBackend('simd')` came between.
 *
 * Threads need shared memory: always there in Node, in browsers only on cross-origin isolated pages. Without it the
 * backend runs on one thread. Tensors of type string and complex64, and kernels not yet written in WebAssembly, are
 * computed by tfjs-backend-cpu's code.
 *
 * Errors of the factory have code `backend` (the program cannot be loaded or run, a worker does not start), `memory`
 * (no memory is granted) or `config` (an option out of range); `tf.setBackend` logs them and returns false.
 *
 * @example
 * registerSimdBackend({ threads: 2 })
 * await tf.setBackend('simd')
 */
export function registerSimdBackend({ priority = 2, ...options }: SimdBackendOptions = {}): void {
  if (options.threads !== undefined) assertThreads('backend-simd.registerSimdBackend', options.threads)
  registerKernels()
  if (engine().findBackendFactory('simd') !== null) return
  registerBackend('simd', () => startBackend(options), priority)
}

/**
 * Changes how many threads the active `simd` backend computes with, from 1 to 64; settles when they are ready.
 *
 * Throws a GenError: `backend` when no `simd` backend is running or a worker does not start, `config` when the number is
 * out of range or memory is not shared.
 *
 * @example
 * await setThreads(4)
 */
export async function setThreads(count: number): Promise<void> {
  await running('setThreads').setThreads(count)
}

/** How many threads the `simd` backend computes with. Throws a GenError (`backend`) when none is running. */
export function getThreads(): number {
  return running('getThreads').threads
}

/**
 * Which build of the program the `simd` backend runs: `wide` (256 bits), `relaxed`, `plain` or `given`, and where it is not
 * `wide`, why. Throws a GenError (`backend`) when no `simd` backend is running.
 *
 * @example
 * const { name, reason } = getBuild()
 */
export function getBuild(): SimdBuild {
  return running('getBuild').build
}

function running(where: string): SimdBackend {
  const backend = findBackend('simd')
  if (backend instanceof SimdBackend) return backend
  throw simdError(
    'backend',
    `backend-simd.${where}: expected a running simd backend, got none; await tf.setBackend('simd') first`,
  )
}

function registerKernels(): void {
  const present = new Set(getKernelsForBackend('simd').map(({ kernelName }) => kernelName))
  if (present.size > 0) return
  for (const kernel of fastKernels) {
    registerKernel(kernel)
    present.add(kernel.kernelName)
  }
  for (const { kernelName } of getKernelsForBackend('cpu')) {
    if (!present.has(kernelName)) registerKernel({ kernelName, backendName: 'simd', kernelFunc: fallback(kernelName) })
  }
}
