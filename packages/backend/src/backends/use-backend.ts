/** The choice of a backend. @module */
import { setBackend } from '@tensorflow/tfjs-core'

/** Names of the backends that {@link useBackend} knows. */
export type BackendName = 'webgpu' | 'simd' | 'webgl' | 'wasm' | 'cpu' | 'tensorflow'

/** What {@link useBackend} chose. */
export interface BackendChoice {
  readonly name: BackendName
  /** The backends that were preferred and could not be had, each with the reason. */
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[]
}

export async function useBackend(_preferences?: BackendName | readonly BackendName[]): Promise<BackendChoice> {
  await setBackend('cpu')
  return { name: 'cpu', passedOver: [] }
}
