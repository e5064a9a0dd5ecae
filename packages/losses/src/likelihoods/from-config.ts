/** Likelihoods from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import { bernoulliLikelihood } from './bernoulli.ts'
import { categoricalLikelihood } from './categorical.ts'
import { discretizedLogisticLikelihood } from './discretized-logistic.ts'
import { gaussianLikelihood } from './gaussian.ts'
import type { Likelihood } from './likelihood.ts'

const { finite, size } = configFields
/** Each level multiplies what a step costs. */
const levels = v.pipe(size, v.maxValue(2 ** 16))
const deviation = v.union([finite, v.picklist(['learned', 'computed', 'perPixel'])])

/**
 * The likelihood whose `config` is given. What was learned is no part of it.
 *
 * @throws GenError `config` for what no likelihood of this package gives; `value` or `range` for numbers that make none.
 * @example
 * const likelihood = likelihoodFromConfig({ kind: 'discretizedLogistic', levels: 256 })
 */
export const likelihoodFromConfig: Registry<Likelihood> = registry('losses.likelihoodFromConfig', 'a likelihood', {
  bernoulli: registryEntry({}, bernoulliLikelihood),
  categorical: registryEntry({ levels }, categoricalLikelihood),
  discretizedLogistic: registryEntry({ levels }, discretizedLogisticLikelihood),
  gaussian: registryEntry({ deviation, smallest: finite, smoothing: finite }, gaussianLikelihood),
})
