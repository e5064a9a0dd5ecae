/** Depthwise convolutions and their gradients; code in `assembly/depthwise.ts`. Channels last. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import * as A from '../shared/depthwise-words.ts'
import { type ConvolutionAttributes, type ForwardInputs, type Geometry, geometryOf } from './convolution-geometry.ts'
import { type Epilogue, type FusedParts, noEpilogue, withEpilogue } from './epilogue.ts'
import { fastKernel } from './kernel.ts'

type Tensors = readonly [source: TensorInfo, filter: TensorInfo, result: TensorInfo]

/** The arguments for a result that looks at the input side or (backward) the output side. */
function words(backend: SimdBackend, tensors: Tensors, geometry: Geometry, backward: boolean): number[] {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, outChannels, padInfo } = geometry
  const [source, filter, result] = tensors.map((tensor) => backend.pointer(tensor)) as [number, number, number]
  const list = new Array<number>(A.ALPHA_STEP / 4 + 1)
  list[A.SOURCE / 4] = source
  list[A.FILTER / 4] = filter
  list[A.RESULT / 4] = result
  list[A.IMAGES / 4] = batchSize
  list[A.SOURCE_HEIGHT / 4] = backward ? outHeight : inHeight
  list[A.SOURCE_WIDTH / 4] = backward ? outWidth : inWidth
  list[A.HEIGHT / 4] = backward ? inHeight : outHeight
  list[A.WIDTH / 4] = backward ? inWidth : outWidth
  list[A.INPUTS / 4] = inChannels
  list[A.MULTIPLIER / 4] = outChannels / inChannels
  list[A.TAPS_Y / 4] = geometry.filterHeight
  list[A.TAPS_X / 4] = geometry.filterWidth
  list[A.STRIDE_Y / 4] = geometry.strideHeight
  list[A.STRIDE_X / 4] = geometry.strideWidth
  list[A.DILATION_Y / 4] = geometry.dilationHeight
  list[A.DILATION_X / 4] = geometry.dilationWidth
  list[A.TOP / 4] = padInfo.top
  list[A.LEFT / 4] = padInfo.left
  list[A.BACKWARD / 4] = backward ? 1 : 0
  putRest(list, 0, 0, noEpilogue)
  return list
}

function putRest(list: number[], scratch: number, stride: number, epilogue: Epilogue): void {
  list[A.SCRATCH / 4] = scratch
  list[A.SCRATCH_STRIDE / 4] = stride
  list[A.BIAS / 4] = epilogue.bias
  list[A.ACTIVATION / 4] = epilogue.activation
  list[A.ALPHA / 4] = epilogue.alpha
  list[A.ALPHA_STEP / 4] = epilogue.alphaStep
}

function run(
  backend: SimdBackend,
  tensors: Tensors,
  geometry: Geometry,
  backward: boolean,
  epilogue: Epilogue = noEpilogue,
): void {
  const list = words(backend, tensors, geometry, backward)
  const lines = geometry.batchSize * (backward ? geometry.inHeight : geometry.outHeight)
  backend.scratch(8 * geometry.filterHeight * geometry.filterWidth, (scratch, stride) => {
    putRest(list, scratch, stride, epilogue)
    backend.run('depthwise', lines, ...list)
  })
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
    const chunks = geometry.filterHeight * Math.ceil(geometry.outChannels / 16)
    backend.run('depthwiseFilter', chunks, ...words(backend, [x, dy, dw], geometry, false))
    return dw
  },
)

/** The family. */
export const depthwiseKernels: KernelConfig[] = [depthwise, filterGradient, fusedDepthwise, inputGradient]
