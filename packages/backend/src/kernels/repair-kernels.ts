/** Repairs of kernels that tfjs's backends get wrong. @module */
import {
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type Tensor,
  type TensorInfo,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { wasmRepairs } from '../wasm/repairs.ts'
import { withCoverage } from './average-pool-gradient.ts'
import { einsumByMatMul } from './einsum.ts'
import { emptyReductions } from './empty-reductions.ts'
import { withoutRoundingInGradients } from './fused-rounding.ts'
import { relu6, withActivationAfter, withNaN } from './hidden-nan.ts'
import { padByAxis } from './pad-by-axis.ts'
import type { Repair } from './repair.ts'
import { byMatrices, resizeGradientOnCpu } from './resize-gradient.ts'
import { bilinearTaps, nearestTaps } from './resize-taps.ts'
import { withCopiedTensor } from './scatter.ts'
import { sideBySide } from './side-by-side.ts'
import { withWholeBatches } from './whole-batches.ts'

const marker = Symbol.for('gen.repairedKernel')

const averages: Record<string, Repair> = {
  AvgPoolGrad: withCoverage('AvgPoolGrad'),
  AvgPool3DGrad: withCoverage('AvgPool3DGrad'),
}

const activationAfter = withActivationAfter(['elu', 'relu6'])

const gpu: Record<string, Repair> = {
  ...averages,
  Elu: withNaN,
  FusedConv2D: activationAfter,
  FusedDepthwiseConv2D: activationAfter,
  PadV2: padByAxis,
  Relu6: () => relu6,
  ResizeBilinearGrad: byMatrices(bilinearTaps),
  ResizeNearestNeighborGrad: byMatrices(nearestTaps),
  _FusedMatMul: activationAfter,
}

/** What single backends get wrong; `simd` takes what it has not itself from cpu, repaired. For wasm see `wasm/register.ts`. */
const repairs: Partial<Record<string, Record<string, Repair>>> = {
  cpu: {
    ...averages,
    ResizeBilinearGrad: () => resizeGradientOnCpu(bilinearTaps),
    ResizeNearestNeighborGrad: () => resizeGradientOnCpu(nearestTaps),
    TensorScatterUpdate: withCopiedTensor,
  },
  webgl: gpu,
  webgpu: gpu,
}

/**
 * What all get wrong: cumsum and cumprod along a negative axis, which tfjs hands to kernels that take positive ones only (a
 * wrong shape on cpu, an access out of bounds on wasm), products of broadcast batches, a fused gradient, padding by a number
 * where windows are oblong, and reductions of nothing.
 */
const everywhere: Record<string, Repair> = {
  BatchMatMul: withWholeBatches,
  Cumprod: withPositiveAxis,
  Cumsum: withPositiveAxis,
  FusedConv2D: withoutRoundingInGradients,
  ...emptyReductions,
  _FusedMatMul: withWholeBatches,
}

/**
 * Repairs the kernels of one backend, once; among them einsum, which on cpu and the GPU sums the wrong axis where an index
 * before others is summed alone (`ijk,k->j`), and which wasm lacks.
 */
export function repairKernels(backendName: string): void {
  if (getKernelsForBackend(backendName).length === 0) return
  const layers = [
    ...(backendName === 'wasm' ? [wasmRepairs(), averages] : [repairs[backendName] ?? {}]),
    everywhere,
    sideBySide,
  ]
  for (const kernelName of new Set(layers.flatMap(Object.keys))) {
    const wraps = layers.map((layer) => layer[kernelName]).filter((wrap) => wrap !== undefined)
    wrapKernel(kernelName, backendName, (original) => wraps.reduce((kernel, wrap) => wrap(kernel), original))
  }
  if (getKernel('Einsum', backendName) === undefined) {
    registerKernel({ kernelName: 'Einsum', backendName, kernelFunc: einsumKernel })
  } else {
    wrapKernel('Einsum', backendName, () => einsumKernel)
  }
}

/** Replaces a kernel by one made from it, unless that was done before or the backend has none. */
function wrapKernel(kernelName: string, backendName: string, wrap: Repair): void {
  const original = getKernel(kernelName, backendName) as (KernelConfig & { [marker]?: true }) | undefined
  if (original === undefined || original[marker]) return
  // tfjs warns of a kernel that is replaced while it is registered.
  unregisterKernel(kernelName, backendName)
  const repaired = { ...original, kernelFunc: wrap(original.kernelFunc), [marker]: true }
  registerKernel(repaired)
}

function withPositiveAxis(original: KernelFunc): KernelFunc {
  return (call) => {
    const axis = call.attrs?.axis as number
    if (axis >= 0) return original(call)
    const { shape } = call.inputs.x as TensorInfo
    return original({ ...call, attrs: { ...call.attrs, axis: axis + shape.length } })
  }
}

const einsumKernel: KernelFunc = ({ inputs, attrs }) => {
  const { equation } = attrs as { equation: string }
  return tidy(() => einsumByMatMul(Object.values(inputs) as Tensor[], equation))
}
