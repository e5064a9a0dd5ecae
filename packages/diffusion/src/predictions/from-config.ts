/** Parameterizations from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import { dataPrediction } from './data-prediction.ts'
import { edmPrediction } from './edm-prediction.ts'
import { flowPrediction } from './flow-prediction.ts'
import { noisePrediction } from './noise-prediction.ts'
import type { Parameterization } from './parameterization.ts'
import { velocityPrediction } from './velocity-prediction.ts'

/** The parameterization whose `config` is given; throws a GenError `config` for what none of this package gives. */
export const parameterizationFromConfig: Registry<Parameterization> = registry('diffusion.diffusion', 'a prediction', {
  noise: registryEntry({}, noisePrediction),
  data: registryEntry({}, dataPrediction),
  velocity: registryEntry({}, velocityPrediction),
  flow: registryEntry({}, flowPrediction),
  edm: registryEntry({ sigmaData: configFields.finite }, edmPrediction),
})
