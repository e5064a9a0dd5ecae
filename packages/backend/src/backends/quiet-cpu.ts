/** Keeps tfjs-backend-cpu from writing to the console. @module */
import { findBackend } from '@tensorflow/tfjs-core'

/** In Node, tfjs would advise tfjs-node on the console when cpu first gets a tensor. */
export function quietCpu(): void {
  const backend = findBackend('cpu') as { firstUse?: boolean } | null
  if (backend !== null) backend.firstUse = false
}
