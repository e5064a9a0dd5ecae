/** Two-dimensional convolutions and their gradients: which algorithm computes which. @module */
import { backend_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { type Geometry, gemmFilterGradient, gemmForward, gemmInputGradient } from './convolution-gemm.ts'
import { type Epilogue, type FusedParts, runEpilogue, withEpilogue } from './epilogue.ts'
import { fastKernel } from './kernel.ts'
import { winogradFilterGradient, winogradFits, winogradForward, winogradInputGradient } from './winograd.ts'

type Padding = 'same' | 'valid' | number | backend_util.ExplicitPadding
type Shape4 = [number, number, number, number]

interface ConvolutionAttributes {
  strides: [number, number] | number
  pad: Padding
  dataFormat?: 'NHWC' | 'NCHW'
  dilations?: [number, number] | number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

interface ForwardInputs {
  x: TensorInfo
  filter: TensorInfo
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

/** The shapes, or null for what tfjs-backend-cpu computes: channels first, other types, nothing to compute. */
function geometryOf(
  input: number[],
  filter: number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: ConvolutionAttributes,
  tensors: TensorInfo[],
): Geometry | null {
  if (dataFormat !== 'NHWC' || tensors.some(({ dtype }) => dtype !== 'float32')) return null
  const shapes = [input as Shape4, filter as Shape4] as const
  const geometry = backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, dimRoundingMode)
  const { batchSize, outHeight, outWidth, inChannels, outChannels, inHeight, inWidth } = geometry
  const sizes = [batchSize, outHeight, outWidth, inChannels, outChannels, inHeight, inWidth, ...filter]
  return sizes.every((size) => size > 0) ? geometry : null
}

function forward(
  backend: SimdBackend,
  { x, filter, ...parts }: ForwardInputs,
  attributes: ConvolutionAttributes & FusedParts,
): TensorInfo | null {
  const geometry = geometryOf(x.shape, filter.shape, attributes, [x, filter])
  if (geometry === null) return null
  return withEpilogue(backend, { ...attributes, ...parts }, geometry.outChannels, (epilogue) => {
    const y = backend.output(geometry.outShape, 'float32')
    if (winogradFits(geometry)) finishWinograd(backend, { x, filter, ...parts }, y, geometry, epilogue)
    else gemmForward(backend, x, filter, y, geometry, epilogue)
    return y
  })
}

/** Winograd adds the bias itself; activations follow. */
function finishWinograd(
  backend: SimdBackend,
  { x, filter, bias }: ForwardInputs,
  y: TensorInfo,
  geometry: Geometry,
  epilogue: Epilogue,
): void {
  winogradForward(backend, x, filter, y, geometry, epilogue.bias === 0 ? undefined : bias)
  runEpilogue(backend, y, geometry.outChannels, { ...epilogue, bias: 0 })
}

const conv2D = fastKernel<ForwardInputs, ConvolutionAttributes>('Conv2D', ({ inputs, attrs, backend }) =>
  forward(backend, inputs, attrs),
)

const fusedConv2D = fastKernel<ForwardInputs, ConvolutionAttributes & FusedParts>(
  'FusedConv2D',
  ({ inputs, attrs, backend }) => forward(backend, inputs, attrs),
)

// tfjs lets dy be larger than the output of the convolution whose gradient it is asked for; tfjs-backend-cpu then reads
// a corner of it, and so it is left to that.
const conv2DBackpropInput = fastKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionAttributes & { inputShape: number[] }
>('Conv2DBackpropInput', ({ inputs: { dy, filter }, attrs, backend }) => {
  const geometry = geometryOf(attrs.inputShape, filter.shape, attrs, [dy, filter])
  if (geometry === null || !util.arraysEqual(dy.shape, geometry.outShape)) return null
  const dx = backend.output(geometry.inShape, 'float32')
  const compute = winogradFits(geometry) ? winogradInputGradient : gemmInputGradient
  compute(backend, dy, filter, dx, geometry)
  return dx
})

const conv2DBackpropFilter = fastKernel<
  { x: TensorInfo; dy: TensorInfo },
  ConvolutionAttributes & { filterShape: number[] }
>('Conv2DBackpropFilter', ({ inputs: { x, dy }, attrs, backend }) => {
  const geometry = geometryOf(x.shape, attrs.filterShape, attrs, [x, dy])
  if (geometry === null || !util.arraysEqual(dy.shape, geometry.outShape)) return null
  const dw = backend.output(geometry.filterShape, 'float32')
  const compute = winogradFits(geometry) ? winogradFilterGradient : gemmFilterGradient
  compute(backend, x, dy, dw, geometry)
  return dw
})

/** The family. */
export const convolutionKernels: KernelConfig[] = [conv2D, conv2DBackpropFilter, conv2DBackpropInput, fusedConv2D]
