/** How tfjs reads strides, paddings and dilations. @module */
import { backend_util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core'

/** The windows of an operation, from its inputs in order and its attributes. */
export type WindowsOf = (inputs: Pick<TensorInfo, 'shape'>[], attributes: NamedAttrMap) => backend_util.Conv2DInfo

/**
 * A number of padding pixels, side by side of what they pad. tfjs itself reads a number with the height's window and stride
 * for the width, too, and gets another width wherever the window or the stride is oblong.
 */
export function paddingOf({ pad, dataFormat }: NamedAttrMap): unknown {
  if (typeof pad !== 'number') return pad
  const [none, side] = [
    [0, 0],
    [pad, pad],
  ]
  return dataFormat === 'NCHW' ? [none, none, side, side] : [none, side, side, none]
}

/** Of a convolution of x with a filter. */
export const convolutionInfo =
  (depthwise: boolean): WindowsOf =>
  ([x, filter], attributes) => {
    const { strides, dilations, dimRoundingMode, dataFormat } = attributes as never
    const pad = paddingOf(attributes) as never
    const layout = backend_util.convertConv2DDataFormat(dataFormat ?? 'NHWC')
    const [from, taps] = [x!.shape as never, filter!.shape as never]
    return backend_util.computeConv2DInfo(from, taps, strides, dilations ?? 1, pad, dimRoundingMode, depthwise, layout)
  }

/** Of pooling x. */
export const poolInfo: WindowsOf = ([x], attributes) => {
  const { filterSize, strides, dimRoundingMode } = attributes as never
  const pad = paddingOf(attributes) as never
  return backend_util.computePool2DInfo(x!.shape as never, filterSize, strides, 1, pad, dimRoundingMode)
}

/** By kernel. */
export const windowedKernels: Record<string, WindowsOf> = {
  AvgPool: poolInfo,
  Conv2D: convolutionInfo(false),
  DepthwiseConv2dNative: convolutionInfo(true),
  MaxPool: poolInfo,
}
