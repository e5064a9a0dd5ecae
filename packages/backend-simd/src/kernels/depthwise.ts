/** Depthwise convolutions and their gradients; code in `assembly/depthwise.ts`. Channels last. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { type ConvolutionAttributes, type ForwardInputs, type Geometry, geometryOf } from './convolution-geometry.ts'
import { type Epilogue, type FusedParts, noEpilogue, withEpilogue } from './epilogue.ts'
import { fastKernel } from './kernel.ts'

/** The arguments after the three addresses, for a result that looks at the input side or (backward) the output side. */
function words(geometry: Geometry, backward: boolean, scratch: number, stride: number, epilogue: Epilogue): number[] {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, outChannels, padInfo } = geometry
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = geometry
  const sides = backward ? [outHeight, outWidth, inHeight, inWidth] : [inHeight, inWidth, outHeight, outWidth]
  const taps = [filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth]
  const { bias, activation, alpha, alphaStep } = epilogue
  return [
    ...[batchSize, ...sides, inChannels, outChannels / inChannels, ...taps, padInfo.top, padInfo.left],
    ...[backward ? 1 : 0, scratch, stride, bias, activation, alpha, alphaStep],
  ]
}

function run(
  backend: SimdBackend,
  tensors: [source: TensorInfo, filter: TensorInfo, result: TensorInfo],
  geometry: Geometry,
  backward: boolean,
  epilogue: Epilogue = noEpilogue,
): void {
  const pointers = tensors.map((tensor) => backend.pointer(tensor))
  const lines = geometry.batchSize * (backward ? geometry.inHeight : geometry.outHeight)
  backend.scratch(8 * geometry.filterHeight * geometry.filterWidth, (scratch, stride) =>
    backend.run('depthwise', lines, ...pointers, ...words(geometry, backward, scratch, stride, epilogue)),
  )
}

function forward(
  backend: SimdBackend,
  { x, filter, ...parts }: ForwardInputs,
  attributes: ConvolutionAttributes & FusedParts,
): TensorInfo | null {
  const geometry = geometryOf(x.shape, filter.shape, attributes, [x, filter], true)
  if (geometry === null) return null
  return withEpilogue(backend, { ...attributes, ...parts }, geometry.outChannels, (epilogue) => {
    const y = backend.output(geometry.outShape, 'float32')
    run(backend, [x, filter, y], geometry, false, epilogue)
    return y
  })
}

const depthwise = fastKernel<ForwardInputs, ConvolutionAttributes>(
  'DepthwiseConv2dNative',
  ({ inputs, attrs, backend }) => forward(backend, inputs, attrs),
)

const fusedDepthwise = fastKernel<ForwardInputs, ConvolutionAttributes & FusedParts>(
  'FusedDepthwiseConv2D',
  ({ inputs, attrs, backend }) => forward(backend, inputs, attrs),
)

const inputGradient = fastKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionAttributes & { inputShape: number[] }
>('DepthwiseConv2dNativeBackpropInput', ({ inputs: { dy, filter }, attrs, backend }) => {
  const geometry = geometryOf(attrs.inputShape, filter.shape, attrs, [dy, filter], true)
  if (geometry === null || !util.arraysEqual(dy.shape, geometry.outShape)) return null
  const dx = backend.output(geometry.inShape, 'float32')
  run(backend, [dy, filter, dx], geometry, true)
  return dx
})

const filterGradient = fastKernel<{ x: TensorInfo; dy: TensorInfo }, ConvolutionAttributes & { filterShape: number[] }>(
  'DepthwiseConv2dNativeBackpropFilter',
  ({ inputs: { x, dy }, attrs, backend }) => {
    const geometry = geometryOf(x.shape, attrs.filterShape, attrs, [x, dy], true)
    if (geometry === null || !util.arraysEqual(dy.shape, geometry.outShape)) return null
    const dw = backend.output(attrs.filterShape, 'float32')
    const pointers = [x, dy, dw].map((tensor) => backend.pointer(tensor))
    const chunks = geometry.filterHeight * Math.ceil(geometry.outChannels / 16)
    backend.run('depthwiseFilter', chunks, ...pointers, ...words(geometry, false, 0, 0, noEpilogue))
    return dw
  },
)

/** The family. */
export const depthwiseKernels: KernelConfig[] = [depthwise, filterGradient, fusedDepthwise, inputGradient]
