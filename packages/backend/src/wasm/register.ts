/** The kernels that tfjs-backend-wasm lacks. @module */
import {
  getKernelsForBackend,
  type KernelFunc,
  registerKernel,
  type Tensor,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import { refusal } from '../errors/refusal.ts'
import { type ConvolutionAttributes, conv2dFilterGradient } from './convolution.ts'
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise.ts'
import { onCpu } from './on-cpu.ts'
import { unsortedSegmentSum } from './segment-sum.ts'

type Compose = (inputs: Record<string, Tensor>, attributes: unknown) => Tensor

const composed: Record<string, Compose> = {
  Conv2DBackpropFilter: ({ x, dy }, attributes) =>
    conv2dFilterGradient([x as Tensor4D, dy as Tensor4D], attributes as ConvolutionAttributes),
  DepthwiseConv2dNativeBackpropFilter: ({ x, dy }, attributes) =>
    depthwiseFilterGradient([x as Tensor4D, dy as Tensor4D], attributes as ConvolutionAttributes),
  DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes) =>
    depthwiseInputGradient([dy as Tensor4D, filter as Tensor4D], attributes as ConvolutionAttributes),
  UnsortedSegmentSum: ({ x, segmentIds }, attributes) =>
    unsortedSegmentSum([x!, segmentIds!], (attributes as { numSegments: number }).numSegments),
}

/** wasm has no complex tensors, which these take or make, and no canvas. */
export const refused: readonly string[] = ['Complex', 'ComplexAbs', 'Draw', 'FFT', 'IFFT', 'Imag', 'Real']

/**
 * Registers kernels for the backend `wasm`, once; where a kernel exists already, it stays. What is not composed of wasm's
 * own runs as cpu's code; complex numbers are refused by name.
 */
export function registerWasmKernels(): void {
  const present = new Set(getKernelsForBackend('wasm').map(({ kernelName }) => kernelName))
  for (const { kernelName } of getKernelsForBackend('cpu')) {
    // Einsum is the repairs' business.
    if (present.has(kernelName) || kernelName === 'Einsum') continue
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernelOf(kernelName) })
  }
}

function kernelOf(kernelName: string): KernelFunc {
  const compose = composed[kernelName]
  if (compose !== undefined) {
    const cold = onCpu(kernelName)
    return (call) =>
      (call.attrs?.dataFormat ?? 'NHWC') === 'NHWC'
        ? tidy(() => compose(call.inputs as Record<string, Tensor>, call.attrs))
        : cold(call)
  }
  if (!refused.includes(kernelName)) return onCpu(kernelName)
  return () => {
    throw refusal('backend', 'backend.useBackend', {
      expected: `a backend with the kernel ${kernelName}`,
      got: 'wasm, which has no complex tensors',
      remedy: "useBackend('simd') or useBackend('cpu')",
      details: { kernelName, backendName: 'wasm' },
    })
  }
}
