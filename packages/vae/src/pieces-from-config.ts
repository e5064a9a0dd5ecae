/** Heads, networks and priors from plain JSON. @module */
import { configFields, type Key, type Registry, registry, registryEntry } from '@gen/backend'
import type { Distribution } from '@gen/model'
import { activations } from '@gen/nn'
import { distributionFromConfig } from '@gen/priors'
import * as v from 'valibot'
import { type Head, linearHead, sigmoidHead, splitHead } from './head.ts'
import { convNetworks, mlpNetworks, type NetworkMaker } from './networks.ts'
import type { PriorMaker } from './parts.ts'
import { pseudoPrior } from './presets.ts'

const where = 'vae.vaeFromConfig'
const { finite, size } = configFields
const layers = { widths: v.array(size), activation: v.picklist(activations) }

/** The networks whose `config` is given; throws a GenError `config` for what no networks of this package give. */
export const networksFromConfig: Registry<NetworkMaker> = registry(where, 'networks', {
  mlp: registryEntry(layers, mlpNetworks),
  conv: registryEntry(layers, convNetworks),
})

/** The head whose `config` is given; throws a GenError `config` for what no head gives. */
export const headFromConfig: Registry<Head> = registry(where, 'a head', {
  linear: registryEntry({}, linearHead),
  sigmoid: registryEntry({}, sigmoidHead),
  split: registryEntry({}, splitHead),
})

/** What a VampPrior needs besides its config. */
interface Given {
  readonly shape: readonly number[]
  readonly key: Key
}

const range = v.exactOptional(v.strictTuple([finite, finite]))
const vampPrior: Registry<PriorMaker, Given> = registry(where, 'a prior', {
  vampPrior: registryEntry({ components: size, range }, ({ components }, given) =>
    pseudoPrior({ ...given, components }),
  ),
})

/** The prior whose `config` is given, or who makes it of the encoder; throws a GenError `config` for one of your own. */
export function priorFromConfig(config: unknown, given: Given): Distribution | PriorMaker {
  if (v.is(v.looseObject({ kind: v.literal('vampPrior') }), config)) return vampPrior(config, given)
  return distributionFromConfig(config)
}
