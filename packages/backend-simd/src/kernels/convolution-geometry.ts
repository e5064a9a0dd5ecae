/** The shapes of convolutions, ordinary and depthwise. @module */
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'

/** Extents, padding and strides, as tfjs computes them. */
export type Geometry = backend_util.Conv2DInfo

type Shape4 = [number, number, number, number]

/** Attributes that all kernels of convolutions have. */
export interface ConvolutionAttributes {
  strides: [number, number] | number
  pad: 'same' | 'valid' | number | backend_util.ExplicitPadding
  dataFormat?: 'NHWC' | 'NCHW'
  dilations?: [number, number] | number | null
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Inputs that kernels which compute y have. */
export interface ForwardInputs {
  x: TensorInfo
  filter: TensorInfo
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

/** The shapes, or null for what tfjs-backend-cpu computes: channels first, other types, nothing to compute. */
export function geometryOf(
  input: number[],
  filter: number[],
  { strides, pad, dataFormat = 'NHWC', dilations, dimRoundingMode }: ConvolutionAttributes,
  tensors: TensorInfo[],
  depthwise = false,
): Geometry | null {
  if (dataFormat !== 'NHWC' || tensors.some(({ dtype }) => dtype !== 'float32')) return null
  const shapes = [input as Shape4, filter as Shape4] as const
  const geometry = backend_util.computeConv2DInfo(...shapes, strides, dilations ?? 1, pad, dimRoundingMode, depthwise)
  return [...geometry.inShape, ...geometry.outShape, ...filter].every((size) => size > 0) ? geometry : null
}
