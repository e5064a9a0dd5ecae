/** Repairs of the kernels of tfjs-backend-wasm. @module */
import {
  engine,
  type KernelFunc,
  getKernelsForBackend,
  maximum,
  minimum,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  relu,
  type Tensor,
  type TensorInfo,
  tidy,
} from '@tensorflow/tfjs-core'
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
  return tidy(() => minimum(maximum(inputs.x as Tensor, clipValueMin), clipValueMax))
}

/** wasm makes 0 of NaN. */
const relu6: KernelFunc = ({ inputs }) => tidy(() => minimum(maximum(inputs.x as Tensor, 0), 6))

/** Fused with a product, relu and relu6 make 0 of NaN: here they come after it. */
function withReluAfter(original: KernelFunc): KernelFunc {
  return (call) => {
    const { activation } = call.attrs as { activation: string }
    if (activation !== 'relu' && activation !== 'relu6') return original(call)
    return tidy(() => {
      const info = original({ ...call, attrs: { ...call.attrs, activation: 'linear' } }) as TensorInfo
      const product = engine().makeTensorFromTensorInfo(info)
      return activation === 'relu' ? relu(product) : minimum(maximum(product, 0), 6)
    })
  }
}

const special: Record<string, Repair> = {
  BatchMatMul: withoutTransposeFlags,
  ClipByValue: () => clip,
  FusedConv2D: withReluAfter,
  FusedDepthwiseConv2D: withReluAfter,
  Identity: () => identity,
  Relu6: () => relu6,
  _FusedMatMul: (original) => withReluAfter(withoutTransposeFlags(original)),
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
    const { inputs, attrs = {} } = call as { inputs: NamedTensorInfoMap; attrs?: NamedAttrMap }
    return isRight(kernelName, inputs, attrs, call.backend as HeapBackend) ? right(call) : cold(call)
  }
}
