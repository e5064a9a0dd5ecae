/** Repairs of the kernels of tfjs-backend-wasm. @module */
import { getKernelsForBackend, type KernelFunc, type Tensor, type TensorInfo, tidy } from '@tensorflow/tfjs-core'
import { between, relu6, withActivationAfter } from '../kernels/hidden-nan.ts'
import type { Repair } from '../kernels/repair.ts'
import type { HeapBackend } from './heap-values.ts'
import { withoutTransposeFlags } from './mat-mul.ts'
import { onCpu } from './on-cpu.ts'
import { isRight } from './trust.ts'

interface SharingBackend {
  incRef(dataId: object): void
}

/** wasm copies the data, which tfjs's own checks take for a leak. */
const identity: KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs.x as TensorInfo
  const { incRef } = backend as SharingBackend
  incRef.call(backend, dataId)
  return { dataId, shape, dtype }
}

/** wasm makes the least value of NaN, and so hides a divergence. */
const clip: KernelFunc = ({ inputs, attrs }) => {
  const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number }
  return tidy(() => between(inputs.x as Tensor, clipValueMin, clipValueMax))
}

const reluAfter = withActivationAfter(['relu', 'relu6'])

const special: Record<string, Repair> = {
  BatchMatMul: withoutTransposeFlags,
  ClipByValue: () => clip,
  FusedConv2D: reluAfter,
  FusedDepthwiseConv2D: reluAfter,
  Identity: () => identity,
  Relu6: () => relu6,
  _FusedMatMul: (original) => reluAfter(withoutTransposeFlags(original)),
}

/** One for each kernel that is registered: cpu computes what wasm gets wrong. */
export function wasmRepairs(): Record<string, Repair> {
  const names = getKernelsForBackend('wasm').map(({ kernelName }) => kernelName)
  return Object.fromEntries(names.map((name) => [name, (original: KernelFunc) => repaired(name, original)]))
}

function repaired(kernelName: string, original: KernelFunc): KernelFunc {
  const right = special[kernelName]?.(original) ?? original
  const cold = onCpu(kernelName)
  return (call) => {
    const { inputs, attrs = {} } = call
    return isRight(kernelName, inputs, attrs, call.backend as HeapBackend) ? right(call) : cold(call)
  }
}
