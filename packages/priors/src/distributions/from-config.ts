/** Distributions from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import type { Distribution } from '@gen/model'
import * as v from 'valibot'
import { diagonalNormal } from './diagonal-normal.ts'
import { fullNormal } from './full-normal.ts'
import { gaussianMixture } from './gaussian-mixture.ts'
import { hypersphere } from './hypersphere.ts'
import { standardNormal } from './standard-normal.ts'
import { uniformBox } from './uniform-box.ts'

const { matrix, numbers, size } = configFields
const spread = { deviations: v.exactOptional(matrix), covariances: v.exactOptional(v.array(matrix)) }

/**
 * The distribution whose `config` is given. A VampPrior is none: it is made of its model's encoder.
 *
 * @throws GenError `config` for what no other distribution of this package gives; `shape`, `range` or `non-finite` for
 * numbers that make none.
 * @example
 * const prior = distributionFromConfig({ kind: 'standardNormal', size: 16 })
 */
export const distributionFromConfig: Registry<Distribution> = registry<Distribution>(
  'priors.distributionFromConfig',
  'a distribution',
  {
    diagonalNormal: registryEntry({ mean: numbers, deviation: numbers }, diagonalNormal),
    fullNormal: registryEntry({ mean: numbers, covariance: matrix }, fullNormal),
    gaussianMixture: registryEntry(
      { weights: numbers, means: matrix, ...spread, trainable: v.boolean() },
      gaussianMixture,
    ),
    hypersphere: registryEntry({ size }, (o) => hypersphere(o.size)),
    standardNormal: registryEntry({ size }, (o) => standardNormal(o.size)),
    uniformBox: registryEntry({ low: numbers, high: numbers }, uniformBox),
  },
)
