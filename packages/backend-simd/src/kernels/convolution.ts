/** Two-dimensional convolutions and their gradients: which algorithm computes which. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { gemmFilterGradient, gemmForward, gemmInputGradient } from './convolution-gemm.ts'
import { type ConvolutionAttributes, type ForwardInputs, type Geometry, geometryOf } from './convolution-geometry.ts'
import { type Epilogue, type FusedParts, runEpilogue, withEpilogue } from './epilogue.ts'
import { fastKernel } from './kernel.ts'
import { winogradFilterGradient, winogradFits, winogradForward, winogradInputGradient } from './winograd.ts'

function forward(
  backend: SimdBackend,
  { x, filter, ...parts }: ForwardInputs,
  attributes: ConvolutionAttributes & FusedParts,
): TensorInfo | null {
  const geometry = geometryOf(x.shape, filter.shape, attributes, [x, filter])
  if (geometry === null) return null
  return withEpilogue(backend, { ...attributes, ...parts }, geometry.outChannels, (epilogue) => {
    const y = backend.output(geometry.outShape, 'float32')
    if (winogradFits(geometry, 'forward')) finishWinograd(backend, { x, filter, ...parts }, y, geometry, epilogue)
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
  const compute = winogradFits(geometry, 'input') ? winogradInputGradient : gemmInputGradient
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
  const compute = winogradFits(geometry, 'filter') ? winogradFilterGradient : gemmFilterGradient
  compute(backend, x, dy, dw, geometry)
  return dw
})

/** The family. */
export const convolutionKernels: KernelConfig[] = [conv2D, conv2DBackpropFilter, conv2DBackpropInput, fusedConv2D]
