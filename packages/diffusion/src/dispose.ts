/** The end of a model. @module */
import type { Parametric } from '@gen/model'

/** Frees all that a network owns. */
export function disposeWeights(network: Parametric): void {
  for (const variable of [...network.variables(), ...(network.state?.() ?? [])]) variable.dispose()
}
