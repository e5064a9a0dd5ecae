/** A TensorFlow.js backend in WebAssembly SIMD with threads, that trains. @module */
export type { SimdMemoryInfo } from './backend.ts'
export { SimdBackend } from './backend.ts'
export type { SimdError } from './errors.ts'
export type { HeapStats } from './memory.ts'
export type { ProgramOptions } from './program.ts'
export type { SimdBackendOptions } from './register.ts'
export { getThreads, registerSimdBackend, setThreads } from './register.ts'
export type { WasmSource } from './wasm-file.ts'
