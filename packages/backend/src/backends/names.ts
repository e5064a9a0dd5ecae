/** What the backends are called. @module */

/** Names of the backends that `useBackend` knows. */
export type BackendName = 'webgpu' | 'simd' | 'webgl' | 'wasm' | 'cpu' | 'tensorflow'

/** Options of `useBackend`. */
export interface BackendOptions {
  /**
   * Address of the folder from which `simd` and `wasm` get their `.wasm` files, where a bundler leaves them behind: a copy
   * of `wasm` in `@gen/backend-simd`, and for `wasm` of `dist` in `@tensorflow/tfjs-backend-wasm`. It counts until the
   * backend has started. @default beside the packages' own code
   */
  wasmUrl?: string | URL
}

/** How a backend is asked for. */
export interface LoadRequest extends BackendOptions {
  /** Named alone, not as one of several preferences. */
  explicit: boolean
}
