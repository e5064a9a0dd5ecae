/** Registers each backend with tfjs, or throws the reason why not. @module */
import { engine, findBackendFactory, removeBackend } from '@tensorflow/tfjs-core'
import { registerWasmKernels } from '../wasm/register.ts'
import type { BackendName, LoadRequest } from './names.ts'
import { notInstalled } from './not-installed.ts'
import { quietCpu } from './quiet-cpu.ts'
import { inNode } from './runtime.ts'
import { loadWebgpu } from './webgpu.ts'

/** One loader per backend. The imports are literal, in `try`, so that bundlers take what is installed and nothing else. */
export const loaders: Record<BackendName, (request: LoadRequest) => Promise<void>> = {
  webgpu: loadWebgpu,
  simd: loadSimd,
  webgl: loadWebgl,
  wasm: loadWasm,
  cpu: loadCpu,
  tensorflow: loadTensorflow,
}

async function loadSimd({ wasmUrl }: LoadRequest): Promise<void> {
  const { registerSimdBackend } = await import('@gen/backend-simd')
  // A backend that has not started may be told anew where its files are.
  const waits = findBackendFactory('simd') !== null && !(engine().registry.simd as unknown)
  if (waits && wasmUrl !== undefined) removeBackend('simd')
  if (findBackendFactory('simd') === null) await registerSimdBackend(wasmUrl === undefined ? {} : { wasmUrl })
}

async function loadWebgl(): Promise<void> {
  if (inNode()) throw new Error('there is no browser')
  try {
    await import('@tensorflow/tfjs-backend-webgl')
  } catch (error) {
    throw notInstalled('@tensorflow/tfjs-backend-webgl', error)
  }
  if (findBackendFactory('webgl') === null) throw new Error('the browser has no WebGL')
}

async function loadWasm({ wasmUrl }: LoadRequest): Promise<void> {
  let backend: typeof import('@tensorflow/tfjs-backend-wasm')
  try {
    backend = await import('@tensorflow/tfjs-backend-wasm')
  } catch (error) {
    throw notInstalled('@tensorflow/tfjs-backend-wasm', error)
  }
  if (wasmUrl !== undefined) {
    try {
      backend.setWasmPaths(`${wasmUrl}`.replace(/\/?$/, '/'))
    } catch {
      throw new Error('it failed before, and takes another wasmUrl only in a new process or page')
    }
  }
  registerWasmKernels()
}

/** The package itself imports cpu. */
async function loadCpu(): Promise<void> {
  quietCpu()
}

async function loadTensorflow(): Promise<void> {
  if (!inNode()) throw new Error('it runs in Node only')
  const name: string = '@tensorflow/tfjs-node'
  try {
    await import(/* @vite-ignore */ /* webpackIgnore: true */ name)
  } catch (error) {
    throw notInstalled(name, error)
  }
}
