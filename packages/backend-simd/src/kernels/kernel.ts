/** How a fast kernel is written down. @module */
import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { simdError } from '../errors.ts'

/** What a fast kernel gets. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs
  readonly attrs: Attributes
  readonly backend: SimdBackend
}

/**
 * Makes the configuration of a kernel. Where `compute` returns null (a type or shape it is not made for), the kernel of
 * the same name from tfjs-backend-cpu runs instead; a kernel that tfjs does not have must not return null.
 */
export function fastKernel<Inputs = NamedTensorInfoMap, Attributes = NamedAttrMap>(
  kernelName: string,
  compute: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[] | null,
): KernelConfig {
  let cold: KernelFunc | undefined
  const kernelFunc: KernelFunc = (call) => {
    const result = compute(call as unknown as KernelCall<Inputs, Attributes>)
    if (result !== null) return result
    cold ??= fallback(kernelName)
    return cold(call)
  }
  return { kernelName, backendName: 'simd', kernelFunc }
}

/** The kernel of tfjs-backend-cpu, run over our data; asked for at each call, for `@gen/backend` repairs some. */
export function fallback(kernelName: string): KernelFunc {
  return (call) => (call.backend as SimdBackend).runFallback(() => getKernel(kernelName, 'cpu').kernelFunc(call))
}

/** Refuses an input whose shape does not fit the others': it would be read past its end. */
export function assertShape(
  kernelName: string,
  name: string,
  { shape }: TensorInfo,
  expected: readonly number[],
): void {
  if (util.arraysEqual(shape, [...expected])) return
  throw simdError(
    'shape',
    `backend-simd.${kernelName}: expected ${name} of shape [${expected.join(', ')}], got [${shape.join(', ')}]; pass tensors that fit each other`,
    { details: { name, expected, got: shape } },
  )
}
