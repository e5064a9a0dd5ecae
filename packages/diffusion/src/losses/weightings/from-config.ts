/** Weightings from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import { edmWeighting } from './edm-weighting.ts'
import { minSnrWeighting } from './min-snr-weighting.ts'
import { p2Weighting } from './p2-weighting.ts'
import { plainWeighting } from './plain-weighting.ts'
import { sigmoidWeighting } from './sigmoid-weighting.ts'
import { snrWeighting } from './snr-weighting.ts'
import type { Weighting } from './weighting.ts'

const { finite } = configFields

/** The weighting whose `config` is given; throws a GenError `config` for what none of this package gives. */
export const weightingFromConfig: Registry<Weighting> = registry('diffusion.diffusion', 'a weighting', {
  plain: registryEntry({}, plainWeighting),
  snr: registryEntry({}, snrWeighting),
  minSnr: registryEntry({ gamma: finite }, minSnrWeighting),
  p2: registryEntry({ gamma: finite, k: finite }, p2Weighting),
  edm: registryEntry({ sigmaData: finite }, edmWeighting),
  sigmoid: registryEntry({ bias: finite }, sigmoidWeighting),
})
