/** Distances from plain JSON. @module */
import { configFields, type Registry, refusal, registry, registryEntry } from '@gen/backend'
import type { Distance } from './distance.ts'
import { huber } from './huber.ts'
import { l1 } from './l1.ts'
import { l2 } from './l2.ts'
import { pseudoHuber } from './pseudo-huber.ts'

/** The distances without options, by name. */
export type LossName = 'l1' | 'l2' | 'huber'

/** The distance whose `config` is given; throws a GenError `config` for what none of this package gives. */
export const distanceFromConfig: Registry<Distance> = registry('diffusion.diffusion', 'a loss', {
  l1: registryEntry({}, l1),
  l2: registryEntry({}, l2),
  huber: registryEntry({}, huber),
  pseudoHuber: registryEntry({ scale: configFields.finite }, pseudoHuber),
})

/** A distance, or the one of a name. */
export function distanceOf(loss: Distance | LossName): Distance {
  if (typeof loss === 'object' && loss !== null && typeof loss.of === 'function') return loss
  const named = { l1, l2, huber }
  if (typeof loss === 'string' && Object.hasOwn(named, loss)) return named[loss]()
  throw refusal('config', 'diffusion.diffusion', {
    expected: `loss ${Object.keys(named).join(', ')}, or a distance such as pseudoHuber()`,
    got: JSON.stringify(loss),
  })
}
