/** Time samplings from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import { importanceTimes } from './importance-times.ts'
import { logNormalTimes } from './log-normal-times.ts'
import { logitNormalTimes } from './logit-normal-times.ts'
import { stratifiedTimes } from './stratified-times.ts'
import type { TimeSampling } from './time-sampling.ts'
import { uniformTimes } from './uniform-times.ts'

const { finite, numbers } = configFields
const normal = { mean: finite, std: finite }

/** The time sampling whose `config` is given; throws a GenError `config` for what none of this package gives. */
export const timeSamplingFromConfig: Registry<TimeSampling> = registry('diffusion.diffusion', 'a time sampling', {
  uniform: registryEntry({}, uniformTimes),
  stratified: registryEntry({}, stratifiedTimes),
  logNormal: registryEntry(normal, logNormalTimes),
  logitNormal: registryEntry(normal, logitNormalTimes),
  importance: registryEntry({ profile: numbers }, importanceTimes),
})
