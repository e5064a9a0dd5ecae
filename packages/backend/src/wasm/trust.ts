/** Where tfjs-backend-wasm's own kernels are right. Elsewhere cpu computes. @module */
import {
  type backend_util,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { convolutionInfo, poolInfo } from '../kernels/windows.ts'
import { type HeapBackend, withoutNaN } from './heap-values.ts'
import { refused } from './register.ts'

/** Whether wasm's kernel is right for these inputs and attributes. */
type Trust = (inputs: NamedTensorInfoMap, attributes: NamedAttrMap, backend: HeapBackend) => boolean

/** The inputs have these types, one for all or one by one. */
function typed(...types: string[]): Trust {
  return (inputs) => Object.values(inputs).every((info) => info == null || types.includes(info.dtype))
}

/** Most kernels read any tensor as floats, or write 4 bytes for each boolean. */
const floats = typed('float32')
const numbers = typed('float32', 'int32')
const moved = typed('float32', 'int32', 'bool')
const always: Trust = () => true
const never: Trust = () => false

const cast: Trust = (inputs, attributes, backend) =>
  moved(inputs, attributes, backend) && ['float32', 'int32'].includes(attributes.dtype as string)

const gather: Trust = ({ x, indices }, { batchDims }) =>
  x!.dtype === 'float32' && indices!.dtype === 'int32' && batchDims === 0

/** It takes the slopes in turn, without broadcasting them. */
const prelu: Trust = (inputs, attributes, backend) =>
  floats(inputs, attributes, backend) && util.arraysEqual(inputs.x!.shape, inputs.alpha!.shape)

const select: Trust = ({ t, e }) => t!.dtype === 'float32' && e!.dtype === 'float32'

/** Beyond the ends it reads other tensors' memory. */
const slice: Trust = (inputs, attributes, backend) => {
  const { begin, size } = attributes as { begin: number | number[]; size: number | number[] }
  const { shape } = inputs.x as TensorInfo
  const [starts, sizes] = [[begin].flat(), [size].flat()]
  const inside = starts.every((start, i) => start >= 0 && start + Math.max(0, sizes[i] ?? 0) <= shape[i]!)
  return inside && moved(inputs, attributes, backend)
}

/** Whether the bias and the slopes of prelu have one entry for each of so many channels. */
function onePerChannel({ bias, preluActivationWeights }: NamedTensorInfoMap, channels: number): boolean {
  return [bias, preluActivationWeights].every(
    (info) => info == null || (info.shape.length === 1 && info.shape[0] === channels),
  )
}

/** Values beyond the last whole window are left undefined. */
function wholeWindows({ outShape }: backend_util.Conv2DInfo, { dimRoundingMode }: NamedAttrMap): boolean {
  return dimRoundingMode == null && !outShape.includes(0)
}

/** Convolutions give zeros where a stride exceeds the filter, and know one layout. */
function convolution(depthwise: boolean): Trust {
  return (inputs, attributes, backend) => {
    const info = convolutionInfo(depthwise)([inputs.x!, inputs.filter!], attributes)
    return (
      floats(inputs, attributes, backend) &&
      info.dataFormat === 'channelsLast' &&
      wholeWindows(info, attributes) &&
      onePerChannel(inputs, info.outChannels) &&
      info.strideHeight <= info.filterHeight &&
      info.strideWidth <= info.filterWidth
    )
  }
}

/** Of several batches, biases and activations are wrong. */
const fusedMatMul: Trust = (inputs, attributes, backend) => {
  const [left, right] = [inputs.a!.shape, inputs.b!.shape]
  const channels = right[right.length - (attributes.transposeB ? 2 : 1)]!
  const single = [...left.slice(0, -2), ...right.slice(0, -2)].every((extent) => extent === 1)
  return floats(inputs, attributes, backend) && single && onePerChannel(inputs, channels)
}

/** Windows of one pixel, and as many: tfjs takes that for no pooling, whatever strides and padding are. */
const pooling: Trust = (inputs, attributes, backend) => {
  const info = poolInfo([inputs.x!], attributes)
  const identity = info.filterHeight * info.filterWidth === 1 && util.arraysEqual(info.inShape, info.outShape)
  return floats(inputs, attributes, backend) && !identity && wholeWindows(info, attributes)
}

function each(trust: Trust, ...kernelNames: string[]): Record<string, Trust> {
  return Object.fromEntries(kernelNames.map((name) => [name, trust]))
}

const exceptions: Record<string, Trust> = {
  // Those that are refused are so whatever they are given.
  ...each(always, 'ExpandDims', 'Identity', 'Reshape', ...refused),
  ...each(numbers, 'Add', 'AddN', 'Maximum', 'Minimum', 'Multiply', 'Reverse', 'SquaredDifference', 'Sub'),
  ...each(numbers, 'Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'NotEqual'),
  ...each(typed('bool'), 'LogicalAnd', 'LogicalNot', 'LogicalOr'),
  ...each(moved, 'Concat', 'OnesLike', 'Pack', 'PadV2', 'Tile', 'Transpose', 'ZerosLike'),
  ...each(convolution(false), 'Conv2D', 'FusedConv2D'),
  ...each(convolution(true), 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D'),
  // It makes −∞ of NaN.
  AvgPool: (inputs, attributes, backend) => pooling(inputs, attributes, backend) && withoutNaN(inputs.x!, backend),
  MaxPool: pooling,
  Cast: cast,
  Fill: (_, { dtype, value }) => dtype !== 'string' && typeof value !== 'string',
  GatherV2: gather,
  Prelu: prelu,
  Select: select,
  Slice: slice,
  _FusedMatMul: fusedMatMul,
  // Maxima begin at the least positive float instead of −∞.
  ...each(never, 'Dilation2D', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput'),
  ...each(never, 'MaxPool3D', 'MaxPool3DGrad', 'MaxPoolGrad', 'MaxPoolWithArgmax'),
  // Other values than cpu's, which are those of the definition; Sign is 0 near 0, FloorDiv has another type.
  ...each(never, 'Conv3D', 'Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2', 'FloorDiv', 'Multinomial'),
  ...each(never, 'ResizeBilinearGrad', 'ResizeNearestNeighborGrad', 'RotateWithOffset', 'Sign', 'Transform'),
}

/** Of no values, kernels that divide by an extent break the heap, for all calls after. */
function withoutValues(inputs: NamedTensorInfoMap): boolean {
  return Object.values(inputs).some((info) => info?.shape?.includes(0))
}

/** Whether wasm's own kernel is right for a call. */
export function isRight(
  kernelName: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap,
  backend: HeapBackend,
): boolean {
  const trust = exceptions[kernelName] ?? floats
  return (trust === always || !withoutValues(inputs)) && trust(inputs, attributes, backend)
}
