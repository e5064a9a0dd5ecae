/** Penalties from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import type { Penalty } from './penalty.ts'
import { draganPenalty, gradientPenalty, r1, r2 } from './presets.ts'

const { finite } = configFields

/**
 * The penalty whose `config` is given.
 *
 * @throws GenError `config` for what no penalty of this package gives; `range` for numbers that make none.
 * @example
 * const penalty = penaltyFromConfig({ kind: 'r1', weight: 10 })
 */
export const penaltyFromConfig: Registry<Penalty> = registry('losses.penaltyFromConfig', 'a penalty', {
  dragan: registryEntry({ weight: finite, target: finite, deviation: finite }, draganPenalty),
  gradientPenalty: registryEntry({ weight: finite, target: finite, oneSided: v.boolean() }, gradientPenalty),
  r1: registryEntry({ weight: finite }, r1),
  r2: registryEntry({ weight: finite }, r2),
})
