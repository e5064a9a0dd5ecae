/** Registers the gradients of tfjs's kernels, which `@tensorflow/tfjs-core` alone does not, with their repairs. @module */
import { type GradConfig, getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core'
import { tfjsGradients } from '../../generated/tfjs-gradients.ts'
import { windowedKernels } from '../kernels/windows.ts'
import { withBroadcasting } from './broadcast-products.ts'
import { comparisonGradients } from './comparisons.ts'
import { withDilations } from './dilation.ts'
import { einsumGradient } from './einsum.ts'
import { withBatchDims } from './gather.ts'
import { linearKernelGradients } from './linear-kernels.ts'
import { withPieces } from './pieces.ts'
import { poolGradients, withIdentity } from './pooling.ts'
import { reductionGradients } from './reductions.ts'
import { replacedGradients } from './replacements.ts'
import { withExactPadding } from './rounding.ts'
import { linkSavedOutputs } from './saved-outputs.ts'

const configs = new Map<string, GradConfig>()
const all = [
  tfjsGradients,
  comparisonGradients,
  [einsumGradient],
  linearKernelGradients,
  poolGradients,
  reductionGradients,
  replacedGradients,
]
for (const config of all.flat()) configs.set(config.kernelName, config)
configs.set('BatchMatMul', withBroadcasting(configs.get('BatchMatMul')!))
configs.set('GatherV2', withBatchDims(configs.get('GatherV2')!))
for (const name of ['AvgPool', 'MaxPool']) configs.set(name, withIdentity(configs.get(name)!))
for (const name of ['Unpack', 'SplitV']) configs.set(name, withPieces(configs.get(name)!))
for (const name of ['Conv2D', 'DepthwiseConv2dNative']) configs.set(name, withDilations(configs.get(name)!))
for (const [name, infoOf] of Object.entries(windowedKernels)) {
  configs.set(name, withExactPadding(configs.get(name)!, infoOf))
}

/** Registers all gradients; a second call, also from another copy of this package, changes nothing that matters. */
export function registerGradients(): void {
  linkSavedOutputs()
  for (const config of configs.values()) {
    const present: GradConfig | undefined = getGradient(config.kernelName)
    if (present === config) continue
    // tfjs warns of a gradient that is replaced while it is registered.
    if (present !== undefined) unregisterGradient(config.kernelName)
    registerGradient(config)
  }
}
