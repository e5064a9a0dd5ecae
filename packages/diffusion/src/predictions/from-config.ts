/** Parameterizations from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import { dataPrediction } from './data-prediction.ts'
import { edmPrediction } from './edm-prediction.ts'
import { flowPrediction } from './flow-prediction.ts'
import { learnedRange } from './learned-range.ts'
import { noisePrediction } from './noise-prediction.ts'
import type { Parameterization } from './parameterization.ts'
import { velocityPrediction } from './velocity-prediction.ts'

const where = 'diffusion.diffusion'

const plain = {
  noise: registryEntry({}, noisePrediction),
  data: registryEntry({}, dataPrediction),
  velocity: registryEntry({}, velocityPrediction),
  flow: registryEntry({}, flowPrediction),
  edm: registryEntry({ sigmaData: configFields.finite }, edmPrediction),
}

const plainFromConfig = registry<Parameterization>(where, 'a prediction of the data alone', plain)

/** The parameterization whose `config` is given; throws a GenError `config` for what none of this package gives. */
export const parameterizationFromConfig: Registry<Parameterization> = registry(where, 'a prediction', {
  ...plain,
  learnedRange: registryEntry(
    { of: v.unknown(), steps: configFields.size, weight: configFields.finite },
    ({ of, ...options }) => learnedRange(plainFromConfig(of), options),
  ),
})
