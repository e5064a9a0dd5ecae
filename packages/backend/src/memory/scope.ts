/** Memory for asynchronous code, where tfjs's `tidy` cannot reach. @module */
import { keep, type Tensor } from '@tensorflow/tfjs-core'

/** A group of tensors that live and die together. */
export interface Scope {
  /** Takes a tensor into the scope and returns it. A tensor kept within a `tidy` survives it. */
  keep<T extends Tensor>(tensor: T): T
  /** Disposes all that was kept; the scope can then be used again. Tensors that are disposed already are passed over. */
  dispose(): void
}

/**
 * Makes a scope: what is kept in it is disposed together.
 *
 * @example
 * const memory = scope()
 * try {
 *   const x = memory.keep(await load())
 *   await use(x)
 * } finally {
 *   memory.dispose()
 * }
 */
export function scope(): Scope {
  const kept = new Set<Tensor>()
  return {
    keep: (tensor) => {
      kept.add(keep(tensor))
      return tensor
    },
    dispose: () => {
      for (const tensor of kept) tensor.dispose()
      kept.clear()
    },
  }
}
