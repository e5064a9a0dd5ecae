/** Repairs of kernels that tfjs's backends get wrong. @module */
import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type Tensor,
  type TensorInfo,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { einsumByMatMul } from './einsum.ts'
import { withCopiedTensor } from './scatter.ts'

const marker = Symbol.for('gen.repairedKernel')

/**
 * Repairs the kernels of one backend, once:
 * - cumsum and cumprod along a negative axis, which tfjs hands to kernels that take positive ones only (a wrong shape on
 *   cpu, an access out of bounds on wasm);
 * - einsum, which on cpu and the GPU sums the wrong axis where an index before others is summed alone (`ijk,k->j`), and
 *   which wasm lacks;
 * - tensorScatterUpdate, which on cpu overwrites its input.
 */
export function repairKernels(backendName: string): void {
  for (const kernelName of ['Cumsum', 'Cumprod']) wrapKernel(kernelName, backendName, withPositiveAxis)
  if (backendName === 'cpu') wrapKernel('TensorScatterUpdate', backendName, withCopiedTensor)
  if (getKernel('Einsum', backendName) === undefined) {
    registerKernel({ kernelName: 'Einsum', backendName, kernelFunc: einsumKernel })
  } else {
    wrapKernel('Einsum', backendName, () => einsumKernel)
  }
}

/** Replaces a kernel by one made from it, unless that was done before or the backend has none. */
export function wrapKernel(kernelName: string, backendName: string, wrap: (original: KernelFunc) => KernelFunc): void {
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
