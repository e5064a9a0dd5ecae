/** Divergences from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import { type Divergence, noDivergence } from './divergence.ts'
import { importanceWeighted } from './importance-weighted.ts'
import { klDivergence } from './kl-divergence.ts'
import { mmdDivergence } from './mmd-divergence.ts'
import { regularized } from './regularized.ts'
import { totalCorrelationDivergence } from './total-correlation-divergence.ts'

const { finite, size } = configFields
const beta = v.union([finite, v.strictObject({ from: finite, to: finite, steps: size })])
const weights = { alpha: finite, beta: finite, gamma: finite }
const penalty = v.picklist(['l2', 'gradient'])
/** Draws multiply what every step costs. */
const draws = v.pipe(size, v.maxValue(2 ** 16))

/** The divergence whose `config` is given; throws a GenError `config` for what no divergence of this package gives. */
export const divergenceFromConfig: Registry<Divergence> = registry('vae.vaeFromConfig', 'a divergence', {
  none: registryEntry({}, noDivergence),
  kl: registryEntry({ beta, freeNats: finite }, klDivergence),
  mmd: registryEntry({ weight: finite, kernel: v.picklist(['rbf', 'imq']) }, mmdDivergence),
  totalCorrelation: registryEntry({ datasetSize: size, ...weights }, totalCorrelationDivergence),
  importanceWeighted: registryEntry({ draws }, importanceWeighted),
  regularized: registryEntry({ codeWeight: finite, penalty, weight: finite }, regularized),
})
