/** Distances from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import type { Distance, DistanceConfig } from './distance.ts'
import { huber } from './huber.ts'
import { l1 } from './l1.ts'
import { l2 } from './l2.ts'
import { pseudoHuber } from './pseudo-huber.ts'

/** The distances without options, by name. */
export type LossName = 'l1' | 'l2' | 'huber'

/** The distance whose `config` is given; throws a GenError `config` for what none of this package gives. */
const distanceFromConfig: Registry<Distance> = registry('diffusion.diffusion', 'a loss', {
  l1: registryEntry({}, l1),
  l2: registryEntry({}, l2),
  huber: registryEntry({}, huber),
  pseudoHuber: registryEntry({ scale: configFields.finite }, pseudoHuber),
})

/** A distance, its config, or the name of one that has no options. */
export function distanceOf(loss: Distance | DistanceConfig | LossName): Distance {
  const given: unknown = typeof loss === 'string' ? { kind: loss } : loss
  return isDistance(given) ? given : distanceFromConfig(given)
}

function isDistance(given: unknown): given is Distance {
  return typeof given === 'object' && given !== null && 'of' in given && typeof given.of === 'function'
}
