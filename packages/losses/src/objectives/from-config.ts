/** Objectives from plain JSON. @module */
import { type Registry, registry, registryEntry } from '@gen/backend'
import type { Objective } from './objective.ts'
import { hinge, leastSquares, minimax, nonSaturating, relativistic, wasserstein } from './presets.ts'

/**
 * The objective whose `config` is given.
 *
 * @throws GenError `config` for what no objective of this package gives.
 * @example
 * const objective = objectiveFromConfig({ kind: 'hinge' })
 */
export const objectiveFromConfig: Registry<Objective> = registry('losses.objectiveFromConfig', 'an objective', {
  hinge: registryEntry({}, hinge),
  leastSquares: registryEntry({}, leastSquares),
  minimax: registryEntry({}, minimax),
  nonSaturating: registryEntry({}, nonSaturating),
  relativistic: registryEntry({}, relativistic),
  wasserstein: registryEntry({}, wasserstein),
})
