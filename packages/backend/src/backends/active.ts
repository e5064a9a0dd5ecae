/** What the running backend is and can do. @module */
import { engine, getBackend, getKernel } from '@tensorflow/tfjs-core'

/**
 * Name of the running backend; where none runs yet, tfjs starts the best one that needs no waiting, at least cpu.
 *
 * @example
 * await useBackend('cpu')
 * backendName() // 'cpu'
 */
export function backendName(): string {
  // The getter starts a backend.
  if (!getBackend()) engine().backend
  return getBackend()
}

/** Whether tensors can be read without waiting for a GPU. */
export function readsAtOnce(): boolean {
  const name = backendName()
  return name !== 'webgpu' && name !== 'webgl'
}

/**
 * True where the running backend has a kernel of this name.
 *
 * @example
 * hasKernel('GenGroupNorm') // on simd, not on cpu
 */
export function hasKernel(name: string): boolean {
  return getKernel(name, backendName()) != null
}
