/** Lets tfjs-backend-wasm train: the gradient kernels that it lacks, and faster matrix products. @module */
import { getKernel, registerKernel, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { wrapKernel } from '../kernels/repair.ts'
import { type ConvolutionAttributes, conv2dFilterGradient } from './convolution.ts'
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise.ts'
import { withoutTransposeFlags } from './mat-mul.ts'
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

/** Registers these for the backend `wasm`, once; where a kernel exists already, it stays. */
export function registerWasmKernels(): void {
  for (const [kernelName, compose] of Object.entries(composed)) {
    if (getKernel(kernelName, 'wasm') !== undefined) continue
    registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => tidy(() => compose(inputs as Record<string, Tensor>, attrs)),
    })
  }
  wrapKernel('BatchMatMul', 'wasm', withoutTransposeFlags)
  wrapKernel('_FusedMatMul', 'wasm', withoutTransposeFlags)
}
