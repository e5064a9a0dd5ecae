/** What the backends are called. @module */

/** Names of the backends that `useBackend` knows. */
export type BackendName = 'webgpu' | 'simd' | 'webgl' | 'wasm' | 'cpu' | 'tensorflow'

/** How a backend is asked for. */
export interface LoadRequest {
  /** Named alone, not as one of several preferences. */
  explicit: boolean
}
