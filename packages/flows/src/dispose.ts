/** The end of a model. @module */
import type { Variable } from '@tensorflow/tfjs-core'

/** Frees variables; those that are freed already stay so. */
export function disposeAll(variables: readonly Variable[]): void {
  for (const variable of variables) variable.dispose()
}
